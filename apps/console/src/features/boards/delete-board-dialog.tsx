import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Board, BoardCounts } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { countedBoardsQuery, deleteBoard } from '#console/api/queries/work/boards.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';

/** Asks before a board goes, with how much goes with it. */
export function DeleteBoardDialog({ board, onClose }: { board: Board; onClose: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const counts = useQuery(countedBoardsQuery).data?.items.find(({ id }) => id === board.id)?.counts;
  const remove = useMutation({
    mutationFn: () => deleteBoard(board.id),
    onSuccess: async () => {
      onClose();
      await navigate({ to: '/boards', search: {} });
      await queryClient.invalidateQueries({ queryKey: boardKeys.all });
    },
  });
  return (
    <ConfirmDialog
      title="Delete the board"
      action="Delete it"
      isBusy={remove.isPending}
      error={remove.error ? toFailure(remove.error).message : undefined}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      <p>
        “{toVisibleText(board.name)}” goes with {counts ? `${toLoss(counts)}, and all` : 'its tasks, approvals and all'}{' '}
        comments, notes, chat and webhooks. Agents that belong to it are removed from their gateway; agents of the SDK
        stay in the fleet. The audit trail keeps what was done.
      </p>
    </ConfirmDialog>
  );
}

const toLoss = ({ tasks, open_tasks, pending_approvals, agents }: BoardCounts): string =>
  [
    `${plural(tasks, 'task')} (${open_tasks} open)`,
    plural(pending_approvals, 'waiting approval'),
    plural(agents, 'agent'),
  ].join(', ');
