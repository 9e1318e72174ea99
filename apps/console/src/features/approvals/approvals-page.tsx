import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Approval } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { approvalsQuery } from '#console/api/queries/work/approvals.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { DRAWER_SPACE } from '#console/ui/overlay/drawer.tsx';
import { ApprovalDrawer } from './approval-drawer.tsx';
import type { APPROVAL_STATES, ApprovalSearch } from './approval-search.ts';
import { ApprovalsTable } from './approvals-table.tsx';

const route = getRouteApi('/frame/approvals');

type State = (typeof APPROVAL_STATES)[number];

const states = [
  { value: 'pending', label: 'Waiting' },
  { value: 'approved', label: 'Approved' },
  { value: 'rejected', label: 'Rejected' },
] as const satisfies readonly { value: State; label: string }[];

const byExpiry = (a: Approval, b: Approval) => Date.parse(a.expires_at) - Date.parse(b.expires_at);

/** Everything that waits for a person, over all boards; what runs out first stands first. */
export function ApprovalsPage() {
  const { id, status = 'pending', ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: ApprovalSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [typed, setTyped] = useTyped(filters.q ?? '', (q) => set({ q: q || undefined }));
  const list = useInfiniteQuery({ ...approvalsQuery({ ...filters, status }), placeholderData: keepPreviousData });
  const boards = useQuery(boardsQuery).data?.items;
  const items = useItems(list.data);
  const approvals = useMemo(() => (status === 'pending' ? items.toSorted(byExpiry) : items), [items, status]);
  const total = list.data?.pages[0]?.total;
  const { hasNextPage, fetchNextPage } = list;
  const onEnd = useCallback(() => void (hasNextPage && fetchNextPage()), [hasNextPage, fetchNextPage]);
  return (
    <div className={cx(id !== undefined && DRAWER_SPACE)}>
      <PageHead
        title="Approvals"
        aside={total !== undefined && <span className="num text-fg-3">{plural(total, 'approval')}</span>}
      >
        <FilterBar>
          <Segmented
            label="State"
            choices={states}
            value={status}
            onChange={(next) => set({ status: next === 'pending' ? undefined : next, id: undefined })}
          />
          <ChoiceMenu
            label="Board"
            choices={(boards ?? []).map(({ id: value, name }) => ({ value, label: name }))}
            value={filters.board_id}
            onChange={(board_id) => set({ board_id })}
          />
          <SearchInput label="Action or reason" value={typed} onChange={setTyped} className="w-48 shrink-0" />
        </FilterBar>
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
          <ApprovalsTable approvals={approvals} boards={boards ?? []} selectedId={id} onEnd={onEnd} />
        )}
        {list.isSuccess && approvals.length === 0 && <NoApprovals status={status} />}
      </div>
      {id && <OpenApproval id={id} approvals={items} onClose={() => set({ id: undefined })} />}
    </div>
  );
}

/** The open one stays open when a decision takes it out of the list. */
function OpenApproval({ id, approvals, onClose }: { id: string; approvals: readonly Approval[]; onClose: () => void }) {
  const [boardId = '', approvalId = ''] = id.split('.');
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

function NoApprovals({ status }: { status: State }) {
  if (status !== 'pending') return <Empty title={`Nothing was ${status} here`} />;
  return (
    <Empty title="Nothing waits for you">
      <p>
        When an agent asks for something sensitive, or a board's rule wants a person's yes, it appears here with its
        exact arguments. What nobody answers in time counts as rejected.
      </p>
    </Empty>
  );
}
