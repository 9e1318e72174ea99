import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { boardQuery } from '#console/api/queries/work/boards.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { compact } from '#console/lib/search-params.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ApprovalsInbox } from './approvals-inbox.tsx';

const route = getRouteApi('/frame/boards/$boardId/approvals');

/** What waits for a person on one board. */
export function BoardApprovalsPage() {
  const { boardId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const board = useQuery(boardQuery(boardId)).data;
  return (
    <ApprovalsInbox
      key={boardId}
      title={board ? `Approvals of ${toVisibleText(board.name)}` : 'Approvals'}
      actions={
        <LinkButton to="/boards/$boardId" params={{ boardId }} search={{}}>
          To the board
        </LinkButton>
      }
      boardId={boardId}
      search={search}
      onSearch={(change) => void navigate({ search: (before) => compact({ ...before, ...change }), replace: true })}
    />
  );
}
