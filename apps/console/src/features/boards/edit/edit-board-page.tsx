import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Board } from '#console/api/contract.ts';
import { hasStatus, toFailure } from '#console/api/problem.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardQuery, deleteBoard, updateBoard } from '#console/api/queries/work/boards.ts';
import { boardKeys } from '#console/api/queries/work-keys.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead, Section } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { BoardFields, BoardRules } from './board-fields.tsx';
import { type BoardValues, toBoardChanges, toBoardValues } from './board-values.ts';

const route = getRouteApi('/frame/boards/$boardId/edit');

/** What a board is for and by which rules it works. */
export function EditBoardPage() {
  const { boardId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(boardQuery(boardId));
  if (isPending) return <SkeletonRows rows={8} />;
  if (!data)
    return <Failed what="The board could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  return <BoardForm key={`${data.id} ${data.version}`} board={data} />;
}

function BoardForm({ board }: { board: Board }) {
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const [values, setValues] = useState<BoardValues>(() => toBoardValues(board));
  const [isDeleting, setDeleting] = useState(false);
  const save = useSave(board);
  const change = (part: Partial<BoardValues>) => setValues({ ...values, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(values);
  };
  return (
    <>
      <PageHead
        title={`Settings of ${toVisibleText(board.name)}`}
        actions={
          <>
            <LinkButton to="/boards/$boardId/webhooks" params={{ boardId: board.id }}>
              Webhooks
            </LinkButton>
            <LinkButton to="/boards/$boardId" params={{ boardId: board.id }} search={{}}>
              To the board
            </LinkButton>
          </>
        }
      />
      <form onSubmit={submit} noValidate className="grid max-w-2xl gap-5 border-t px-4 py-5 sm:px-6">
        <BoardFields values={values} onChange={change} isAdmin={isAdmin} />
        <Section title="Rules">
          <BoardRules values={values} onChange={change} isAdmin={isAdmin} />
        </Section>
        {save.error && (
          <p role="alert" className="text-bad">
            {toFailure(save.error).message}
            {hasStatus(save.error, 409) && ' Load the page again to see the other change.'}
          </p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" tone="primary" isBusy={save.isPending}>
            Save
          </Button>
          {isAdmin && (
            <Button tone="danger" onClick={() => setDeleting(true)}>
              Delete the board
            </Button>
          )}
        </div>
      </form>
      {isDeleting && <DeleteDialog board={board} onClose={() => setDeleting(false)} />}
    </>
  );
}

function useSave(board: Board) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (values: BoardValues) => updateBoard(board.id, toBoardChanges(board, values)),
    onSuccess: async (saved) => {
      queryClient.setQueryData(boardKeys.detail(board.id), saved);
      await queryClient.invalidateQueries({ queryKey: boardKeys.all });
      toast.done('Saved.');
    },
  });
}

function DeleteDialog({ board, onClose }: { board: Board; onClose: () => void }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteBoard(board.id),
    onSuccess: async () => {
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
        “{toVisibleText(board.name)}” goes with its tasks, comments, approvals, notes, chat and webhooks. Agents that
        belong to it are removed from their gateway; agents of the SDK stay in the fleet. The audit trail keeps what was
        done.
      </p>
    </ConfirmDialog>
  );
}
