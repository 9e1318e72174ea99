import { useMutation, useQueryClient } from '@tanstack/react-query';
import { putTask } from '#console/api/board-snapshot.ts';
import type { BoardSnapshot, CustomField, TaskCard } from '#console/api/contract.ts';
import { createTask, updateTask } from '#console/api/queries/work/tasks.ts';
import { boardKeys, taskKeys } from '#console/api/queries/work-keys.ts';
import { isVersionConflict } from '#console/api/version-conflict.ts';
import { toast } from '#console/ui/overlay/toast.tsx';
import { statusWords } from '../moves/gates.ts';
import { type TaskValues, toChanges, toCreate } from './task-values.ts';

interface Save {
  /** What the form was filled from; a new task is made without it. */
  base: TaskCard | undefined;
  values: TaskValues;
}

/** Saves what a form holds; the board shows the server's answer, also where it differs. */
export function useSaveTask(boardId: string, fields: readonly CustomField[], onSaved: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ base, values }: Save) =>
      base
        ? updateTask(boardId, base.id, toChanges(base, values, fields))
        : createTask(boardId, toCreate(values, fields)),
    onSuccess: (saved, { base, values }) => {
      queryClient.setQueryData(taskKeys.detail(saved.id), saved);
      queryClient.setQueryData<BoardSnapshot>(
        boardKeys.snapshot(boardId),
        (old) => old && putTask(old, saved, base === undefined),
      );
      if (saved.status === values.status) toast.done(base ? 'Saved.' : 'The task is on the board.');
      else toast.failed(`Saved, but it is blocked, so it went to ${statusWords[saved.status]}.`);
      onSaved();
    },
    onError: async (error, { base }) => {
      // The form compares with what the other person saved.
      if (base && isVersionConflict(error)) await queryClient.invalidateQueries({ queryKey: taskKeys.detail(base.id) });
    },
  });
}
