import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Approval } from '#console/api/contract.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { approvalsQuery } from '#console/api/queries/work/approvals.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { ApprovalFilterBar } from './approval-filter-bar.tsx';
import { type ApprovalSearch, toFilters } from './approval-search.ts';
import { ApprovalsTable } from './approvals-table.tsx';
import { useBulk } from './bulk/use-bulk.tsx';
import { ApprovalDrawer } from './detail/approval-drawer.tsx';

interface ApprovalsInboxProps {
  title: string;
  actions?: ReactNode;
  /** The one board whose approvals are listed; without it those of all boards. */
  boardId?: string | undefined;
  search: ApprovalSearch;
  onSearch: (change: ApprovalSearch) => void;
}

/** What waits for a person, and what was decided; what runs out first stands first. */
export function ApprovalsInbox({ title, actions, boardId, search, onSearch }: ApprovalsInboxProps) {
  const filters = { ...toFilters(search), ...(boardId !== undefined && { board_id: boardId }) };
  const list = useInfiniteQuery({ ...approvalsQuery(filters), placeholderData: keepPreviousData });
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const approvals = useItems(list.data);
  const { selection, canChoose, overlay } = useBulk(approvals);
  const total = list.data?.pages[0]?.total;
  const onEnd = useNextPage(list);
  return (
    <div className={cx(search.id !== undefined && DRAWER_SPACE)}>
      <PageHead
        title={title}
        aside={total !== undefined && <span className="num text-fg-3">{plural(total, 'approval')}</span>}
        actions={actions}
      >
        <ApprovalFilterBar
          search={search}
          boards={boards}
          approvals={approvals}
          isOnBoard={boardId !== undefined}
          onChange={onSearch}
        />
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={8} />}
        {list.isError && !list.data && (
          <Failed
            what="The approvals could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {approvals.length > 0 && (
          <ApprovalsTable
            approvals={approvals}
            boards={boards}
            boardId={boardId}
            selectedId={search.id}
            selection={selection}
            canChoose={canChoose}
            onEnd={onEnd}
          />
        )}
        {list.isSuccess && approvals.length === 0 && <NoApprovals search={search} />}
      </div>
      {overlay}
      {search.id && <OpenApproval id={search.id} approvals={approvals} onClose={() => onSearch({ id: undefined })} />}
    </div>
  );
}

/** The open one stays open when a decision takes it out of the list. */
function OpenApproval({ id, approvals, onClose }: { id: string; approvals: readonly Approval[]; onClose: () => void }) {
  const [approvalId = '', boardId = ''] = id.split('.').toReversed(); // of no board: its id alone, with or without the dot
  return (
    <ApprovalDrawer
      key={id}
      boardId={boardId}
      approvalId={approvalId}
      known={approvals.find((approval) => approval.id === approvalId)}
      onClose={onClose}
    />
  );
}

function NoApprovals({ search: { status = 'pending', id: _open, ...filters } }: { search: ApprovalSearch }) {
  if (Object.keys(filters).length > 0)
    return (
      <Empty title="Nothing like this">
        <p>Widen the filters.</p>
      </Empty>
    );
  if (status === 'approved' || status === 'rejected') return <Empty title={`Nothing was ${status} here`} />;
  return (
    <Empty title={status === 'mine' ? 'Nothing waits for you' : 'Nothing waits'}>
      <p>
        When an agent asks for something sensitive, or a board's rule wants a person's yes, it appears here with its
        exact arguments. What nobody answers in time counts as rejected.
      </p>
    </Empty>
  );
}
