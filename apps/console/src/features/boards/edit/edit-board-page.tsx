import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Board } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardQuery } from '#console/api/queries/work/boards.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead, Section } from '#console/ui/layout/page.tsx';
import { DeleteBoardDialog } from '../delete-board-dialog.tsx';
import { BoardConflict } from './board-conflict.tsx';
import { BoardFields, BoardRules, GoalFields } from './board-fields.tsx';
import { useBoardForm } from './use-board-form.ts';

const route = getRouteApi('/frame/boards/$boardId/edit');

/** What a board is for and by which rules it works. */
export function EditBoardPage() {
  const { boardId } = route.useParams();
  const { data, error, isPending, refetch } = useQuery(boardQuery(boardId));
  if (isPending) return <SkeletonRows rows={8} />;
  if (!data)
    return <Failed what="The board could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  return <BoardForm key={boardId} board={data} />;
}

function BoardForm({ board }: { board: Board }) {
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const { values, change, save, conflict } = useBoardForm(board);
  const [isDeleting, setDeleting] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.submit();
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
        <Section title="Goal">
          <GoalFields values={values} onChange={change} />
        </Section>
        <Section title="Rules">
          <BoardRules values={values} onChange={change} isAdmin={isAdmin} />
        </Section>
        {conflict && <BoardConflict {...conflict} isBusy={save.isBusy} />}
        {save.error && (
          <p role="alert" className="text-bad">
            {save.error}
          </p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" tone="primary" isBusy={save.isBusy} disabled={conflict !== undefined}>
            Save
          </Button>
          {isAdmin && (
            <Button tone="danger" onClick={() => setDeleting(true)}>
              Delete the board
            </Button>
          )}
        </div>
      </form>
      {isDeleting && <DeleteBoardDialog board={board} onClose={() => setDeleting(false)} />}
    </>
  );
}
