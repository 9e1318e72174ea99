import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addTasks, countDone } from '#console/api/board-snapshot.ts';
import type { BoardSnapshot } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { listDoneTasks, type TaskFilters } from '#console/api/queries/work/tasks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { compact } from '#console/lib/search-params.ts';
import { type BoardSearch, NOBODY } from '../board-search.ts';

/** The done tasks of a board that are not here yet. */
export interface MoreDone {
  hasMore: boolean;
  /** How many there are, whatever the filters. */
  left: number;
  isLoading: boolean;
  error: string | undefined;
  load: () => void;
}

/** How far the server was asked: for these filters, after this snapshot. */
interface Asked {
  key: string;
  offset: number;
  isEnd: boolean;
}

/** Brings done tasks by pages into the board's snapshot, which holds the newest; with filters only those that pass. */
export function useMoreDone(snapshot: BoardSnapshot, search: BoardSearch): MoreDone {
  const queryClient = useQueryClient();
  const boardId = snapshot.board.id;
  const filters = toFilters(search);
  const isFiltered = Object.keys(filters).length > 0;
  const key = JSON.stringify([snapshot.cursor, filters]);
  const { loaded, total } = countDone(snapshot);
  const [asked, setAsked] = useState<Asked>();
  const sofar = asked?.key === key ? asked : { key, offset: isFiltered ? 0 : loaded, isEnd: false };
  const { mutate, isPending, error } = useMutation({
    mutationFn: ({ offset }: Asked) => listDoneTasks(boardId, filters, offset),
    onSuccess: ({ items, total: found }, { offset }) => {
      const next = offset + items.length;
      setAsked({ key, offset: next, isEnd: items.length === 0 || next >= found });
      queryClient.setQueryData<BoardSnapshot>(boardKeys.snapshot(boardId), (old) => old && addTasks(old, items));
    },
  });
  const hasMore = loaded < total && !sofar.isEnd;
  return {
    hasMore,
    left: total - loaded,
    isLoading: isPending,
    error: error ? toFailure(error).message : undefined,
    load: () => {
      if (hasMore && !isPending) mutate(sofar);
    },
  };
}

const toFilters = ({ q, assignee, priority, tag }: BoardSearch): TaskFilters =>
  compact({
    q,
    assigned_agent_id: assignee === NOBODY ? undefined : assignee,
    unassigned: assignee === NOBODY || undefined,
    priority,
    tag_id: tag,
  });
