import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { BoardSnapshot, Task } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateTask } from '#console/api/queries/work/tasks.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { positionBetween } from '#console/lib/position.ts';
import { toast } from '#console/ui/overlay/toast.tsx';
import { inColumn, type Status, statusWords } from './gates.ts';

/** Where a card is to go: a column, and the place in it among the other cards. */
export interface Move {
  taskId: string;
  to: Status;
  /** 0 is the top; the end when left out. */
  index?: number | undefined;
}

/** Moves cards: at once on the screen, and back with the reason when the server refuses. */
export function useMoveTask(boardId: string) {
  const queryClient = useQueryClient();
  const key = boardKeys.snapshot(boardId);
  const read = () => queryClient.getQueryData<BoardSnapshot>(key);
  const patch = (taskId: string, change: Partial<Task>) =>
    queryClient.setQueryData<BoardSnapshot>(
      key,
      (old) => old && { ...old, tasks: old.tasks.map((task) => (task.id === taskId ? { ...task, ...change } : task)) },
    );
  return useMutation({
    mutationFn: async (move: Move) => {
      const change = toChange(read(), move);
      return change && updateTask(boardId, move.taskId, change);
    },
    onMutate: async (move: Move) => {
      await queryClient.cancelQueries({ queryKey: key });
      const before = read()?.tasks.find(({ id }) => id === move.taskId);
      const change = toChange(read(), move);
      if (change) patch(move.taskId, { ...change, status: move.to });
      return { before };
    },
    onSuccess: (task, { to }) => {
      if (!task) return;
      patch(task.id, task);
      if (task.status !== to)
        toast.failed(`It is blocked by a task that is not done, so it went to ${statusWords[task.status]}.`);
    },
    onError: (error, { taskId }, context) => {
      if (context?.before) patch(taskId, context.before);
      toast.failed(`Not moved: ${toFailure(error).message}`);
    },
  });
}

/** What must be sent for a move; undefined when nothing changes. The target's neighbours give the place. */
function toChange(snapshot: BoardSnapshot | undefined, { taskId, to, index }: Move) {
  const task = snapshot?.tasks.find(({ id }) => id === taskId);
  if (!snapshot || !task) return undefined;
  const others = inColumn(snapshot.tasks, to).filter(({ id }) => id !== taskId);
  const at = Math.min(index ?? others.length, others.length);
  const stays = task.status === to && inColumn(snapshot.tasks, to).findIndex(({ id }) => id === taskId) === at;
  if (stays) return undefined;
  const position = positionBetween(others[at - 1]?.position, others[at]?.position);
  return { position, ...(task.status === to ? {} : { status: to }) };
}
