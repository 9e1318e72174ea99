import { listDifferences } from '#console/lib/rebase.ts';
import { Conflict } from '#console/ui/feedback/conflict.tsx';
import type { AgentValues } from './agent-values.ts';

const words: Record<keyof AgentValues, string> = {
  name: 'Name',
  boardId: 'Board',
  isMain: 'Main agent',
  role: 'Role',
  emoji: 'Emoji',
  style: 'Style',
  model: 'Model',
  every: 'Scheduled turns',
  identityTemplate: 'Identity',
  soulTemplate: 'Soul',
  autoRollback: 'Roll back by itself',
  deployTargetId: 'Deploy target',
};

interface AgentConflictProps {
  theirs: AgentValues;
  mine: AgentValues;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Both versions of an agent that two people edited. */
export function AgentConflict({ theirs, mine, ...rest }: AgentConflictProps) {
  const differences = listDifferences(theirs, mine).map((key) => ({
    field: words[key],
    theirs: String(theirs[key]),
    mine: String(mine[key]),
  }));
  return <Conflict differences={differences} {...rest} />;
}
