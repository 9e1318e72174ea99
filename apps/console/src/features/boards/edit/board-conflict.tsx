import { useQuery } from '@tanstack/react-query';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { listDifferences } from '#console/lib/rebase.ts';
import { Conflict } from '#console/ui/feedback/conflict.tsx';
import { type BoardValues, RULES } from './board-values.ts';

const words: Record<keyof BoardValues, string> = {
  name: 'Name',
  description: 'Description',
  groupId: 'Group',
  gatewayId: 'Gateway',
  boardType: 'Type',
  objective: 'Objective',
  metrics: 'Success metrics',
  target: 'Until',
  maxAgents: 'Agents at most',
  rules: 'Rules that hold',
};

interface BoardConflictProps {
  theirs: BoardValues;
  mine: BoardValues;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Both versions of a board's settings that two people edited. */
export function BoardConflict({ theirs, mine, ...rest }: BoardConflictProps) {
  const groups = useQuery(boardGroupsQuery).data?.items ?? [];
  const gateways = useQuery({ ...gatewaysQuery, enabled: false }).data?.items ?? [];
  const toText = (values: BoardValues, key: keyof BoardValues): string => {
    if (key === 'groupId') return groups.find(({ id }) => id === values.groupId)?.name ?? values.groupId;
    if (key === 'gatewayId') return gateways.find(({ id }) => id === values.gatewayId)?.name ?? values.gatewayId;
    if (key === 'metrics') return values.metrics.map(({ name, value }) => `${name}: ${value}`).join(', ');
    if (key !== 'rules') return values[key];
    return RULES.filter(({ rule }) => values.rules[rule])
      .map(({ label }) => label)
      .join(', ');
  };
  const differences = listDifferences(theirs, mine).map((key) => ({
    field: words[key],
    theirs: toText(theirs, key),
    mine: toText(mine, key),
  }));
  return <Conflict differences={differences} {...rest} />;
}
