import { listDifferences } from '#console/lib/rebase.ts';
import { Conflict } from '#console/ui/feedback/conflict.tsx';
import type { GatewayValues } from './gateway-values.ts';

const words: Partial<Record<keyof GatewayValues, string>> = {
  name: 'Name',
  url: 'Address',
  tokenPlan: 'Stored token',
  workspaceRoot: 'Workspace root',
  delivery: 'Tokens of agents',
  allowInsecureTls: 'Any certificate',
  isPairing: 'Pairing',
};

interface GatewayConflictProps {
  theirs: GatewayValues;
  mine: GatewayValues;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

const toText = (value: string | boolean) => (typeof value === 'string' ? value : value ? 'on' : 'off');

/** Both versions of a gateway that two people edited; a typed token is not shown. */
export function GatewayConflict({ theirs, mine, ...rest }: GatewayConflictProps) {
  const differences = listDifferences(theirs, mine).flatMap((key) => {
    const field = words[key];
    return field === undefined ? [] : [{ field, theirs: toText(theirs[key]), mine: toText(mine[key]) }];
  });
  return <Conflict differences={differences} {...rest} />;
}
