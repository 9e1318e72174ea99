import { useMutation, useQueryClient } from '@tanstack/react-query';
import { putTask } from '#console/api/board-snapshot.ts';
import type { BoardSnapshot, TaskCard } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateTasks } from '#console/api/queries/work/tasks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toast } from '#console/ui/overlay/toast.tsx';
import { type BulkEdit, toBatches } from './bulk-edit.ts';

interface Edited {
  tasks: readonly TaskCard[];
  edit: BulkEdit;
}

/** What became of each task. */
export type BulkResults = Awaited<ReturnType<typeof updateTasks>>;

/** Changes several tasks alike; what was refused, or became something else, stands in `data`. */
export function useBulkEdit(boardId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ tasks, edit }: Edited): Promise<BulkResults> => {
      const results: BulkResults = [];
      for (const { taskIds, patch } of toBatches(tasks, edit))
        results.push(...(await updateTasks(boardId, taskIds, patch)));
      return results;
    },
    onSuccess: (results) => {
      const saved = results.flatMap(({ task }) => task ?? []);
      queryClient.setQueryData<BoardSnapshot>(
        boardKeys.snapshot(boardId),
        (old) => old && saved.reduce((snapshot, task) => putTask(snapshot, task, false), old),
      );
      if (results.every(isAsAsked)) toast.done(`${plural(results.length, 'task')} changed.`);
    },
    onError: (error) => toast.failed(`Not changed: ${toFailure(error).message}`),
  });
}

/** Whether a task became what was asked for. */
export const isAsAsked = ({ ok, adjusted }: BulkResults[number]): boolean => ok && !adjusted;
