import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { countedBoardsQuery } from '#console/api/queries/work/boards.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { SearchInput } from '#console/ui/control/field.tsx';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { DeleteBoardDialog } from '../delete-board-dialog.tsx';
import { BoardsTable, type CountedBoard } from './boards-table.tsx';

const route = getRouteApi('/frame/boards');

/** The boards that the caller may read. */
export function BoardsPage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [typed, setTyped] = useTyped(q, (next) => void navigate({ search: next ? { q: next } : {}, replace: true }));
  const [deleting, setDeleting] = useState<CountedBoard>();
  const list = useQuery(countedBoardsQuery);
  const groups = useQuery(boardGroupsQuery).data?.items ?? [];
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const boards = list.data?.items ?? [];
  const shown = boards.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()));
  const create = isAdmin && (
    <LinkButton to="/boards/new" tone="primary" icon={Plus}>
      New board
    </LinkButton>
  );
  return (
    <>
      <PageHead
        title="Boards"
        aside={list.data && <span className="num text-fg-3">{plural(list.data.total, 'board')}</span>}
        actions={create}
      >
        {boards.length > 0 && (
          <FilterBar>
            <SearchInput label="Name" value={typed} onChange={setTyped} className="w-56 shrink-0" />
          </FilterBar>
        )}
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={8} />}
        {list.isError && !list.data && (
          <Failed
            what="The boards could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {shown.length > 0 && (
          <BoardsTable boards={shown} groups={groups} onDelete={isAdmin ? setDeleting : undefined} />
        )}
        {list.isSuccess && shown.length === 0 && <NoBoards isFiltered={q !== ''} isAdmin={isAdmin} />}
      </div>
      {deleting && <DeleteBoardDialog board={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

function NoBoards({ isFiltered, isAdmin }: { isFiltered: boolean; isAdmin: boolean }) {
  if (isFiltered) {
    return (
      <Empty title="No board matches">
        <p>
          Look for another part of its name, or{' '}
          <Link to="/boards" search={{}} className="text-accent hover:underline">
            see all boards
          </Link>
          .
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No board yet">
      <p>
        A board is a stream of work with a goal and rules: agents take its tasks, people approve what is sensitive, and
        everything is on record.
      </p>
      {!isAdmin && <p className="text-fg-3">An admin makes boards and gives you access to them.</p>}
    </Empty>
  );
}
