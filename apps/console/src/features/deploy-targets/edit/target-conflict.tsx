import { listDifferences } from '#console/lib/rebase.ts';
import { Conflict } from '#console/ui/feedback/conflict.tsx';
import { kindWords } from '../target-look.ts';
import type { TargetValues } from './target-values.ts';

const words: Record<keyof TargetValues, string> = {
  name: 'Name',
  kind: 'Kind',
  url: 'Address',
  argv: 'Program',
  apiUrl: 'Cluster',
  namespace: 'Namespace',
  deployment: 'Deployment',
  container: 'Container',
  ca: 'Authorities',
  secret: 'Secret',
};

interface TargetConflictProps {
  theirs: TargetValues;
  mine: TargetValues;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Both versions of a target that two people edited. */
export function TargetConflict({ theirs, mine, ...rest }: TargetConflictProps) {
  const differences = listDifferences(theirs, mine).map((key) => ({
    field: words[key],
    theirs: toText(theirs, key),
    mine: toText(mine, key),
  }));
  return <Conflict differences={differences} {...rest} />;
}

function toText(values: TargetValues, key: keyof TargetValues): string {
  if (key === 'secret') return values.secret === '' ? 'as it is' : 'a new one';
  return key === 'kind' ? kindWords[values.kind] : values[key];
}
