import { useQuery } from '@tanstack/react-query';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { listDifferences } from '#console/lib/rebase.ts';
import { Conflict } from '#console/ui/feedback/conflict.tsx';
import type { OutboundValues } from './outbound-values.ts';

const words: Record<keyof OutboundValues, string> = { name: 'Name', url: 'Address', types: 'Sends', boards: 'Of' };

interface OutboundConflictProps {
  theirs: OutboundValues;
  mine: OutboundValues;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Both versions of a webhook that two people edited. */
export function OutboundConflict({ theirs, mine, ...rest }: OutboundConflictProps) {
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const nameOf = (id: string) => boards.find((board) => board.id === id)?.name ?? id;
  const toText = (values: OutboundValues, key: keyof OutboundValues) => {
    const value = values[key];
    if (value === null) return 'all boards';
    if (typeof value === 'string') return value;
    return (key === 'boards' ? value.map(nameOf) : value).join(', ');
  };
  const differences = listDifferences(theirs, mine).map((key) => ({
    field: words[key],
    theirs: toText(theirs, key),
    mine: toText(mine, key),
  }));
  return <Conflict differences={differences} {...rest} />;
}
