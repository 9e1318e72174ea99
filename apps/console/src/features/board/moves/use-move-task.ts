import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { BoardSnapshot, Task } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { type TaskUpdate, updateTask } from '#console/api/queries/work/tasks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { toast } from '#console/ui/overlay/toast.tsx';
import { inColumn, type Status, statusWords } from './gates.ts';
import { positionBetween } from './position.ts';

/** Where a card is to go: a column, and the place in it among the other cards. */
export interface Move {
  taskId: string;
  to: Status;
  /** 0 is the top; the end when left out. */
  index?: number | undefined;
}

interface Change {
  taskId: string;
  to: Status;
  body: TaskUpdate & { position: string };
}

/** Moves cards: at once on the screen, and back with the reason when the server refuses. */
export function useMoveTask(boardId: string): (move: Move) => void {
  const queryClient = useQueryClient();
  const key = boardKeys.snapshot(boardId);
  const patch = (taskId: string, change: Partial<Task>) =>
    queryClient.setQueryData<BoardSnapshot>(
      key,
      (old) => old && { ...old, tasks: old.tasks.map((task) => (task.id === taskId ? { ...task, ...change } : task)) },
    );
  const { mutate } = useMutation({
    mutationFn: ({ taskId, body }: Change) => updateTask(boardId, taskId, body),
    onMutate: async ({ taskId, to, body }) => {
      await queryClient.cancelQueries({ queryKey: key });
      const before = queryClient.getQueryData<BoardSnapshot>(key)?.tasks.find(({ id }) => id === taskId);
      patch(taskId, { position: body.position, status: to });
      return { before };
    },
    onSuccess: (task, { to }) => {
      patch(task.id, task);
      if (task.status !== to)
        toast.failed(`It is blocked by a task that is not done, so it went to ${statusWords[task.status]}.`);
    },
    onError: (error, { taskId }, context) => {
      if (context?.before) patch(taskId, context.before);
      toast.failed(`Not moved: ${toFailure(error).message}`);
    },
  });
  return useCallback(
    (move) => {
      // Before anything is shown: what is shown is not what the server has.
      const body = toBody(queryClient.getQueryData<BoardSnapshot>(boardKeys.snapshot(boardId)), move);
      if (body) mutate({ taskId: move.taskId, to: move.to, body });
    },
    [boardId, queryClient, mutate],
  );
}

/** What must be sent for a move; undefined when nothing changes. The target's neighbours give the place. */
function toBody(snapshot: BoardSnapshot | undefined, { taskId, to, index }: Move) {
  const task = snapshot?.tasks.find(({ id }) => id === taskId);
  if (!snapshot || !task) return undefined;
  const others = inColumn(snapshot.tasks, to).filter(({ id }) => id !== taskId);
  const at = Math.min(index ?? others.length, others.length);
  const stays = task.status === to && inColumn(snapshot.tasks, to).findIndex(({ id }) => id === taskId) === at;
  if (stays) return undefined;
  const position = positionBetween(others[at - 1]?.position, others[at]?.position);
  return { position, ...(task.status === to ? {} : { status: to }) };
}
