import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { toFailure } from '#console/api/problem.ts';
import { dashboardQuery } from '#console/api/queries/govern/dashboard.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Failed } from '#console/ui/feedback/states.tsx';
import { FilterBar } from '#console/ui/layout/page.tsx';
import { type DashboardSearch, RANGES } from './dashboard-search.ts';
import { GatewayStates } from './gateway-states.tsx';
import { RecentActivity } from './recent-activity.tsx';
import { WaitingApprovals } from './waiting-approvals.tsx';
import { WorkCharts } from './work-charts.tsx';
import { WorkFigures } from './work-figures.tsx';

const route = getRouteApi('/frame/dashboard/work');
const DEFAULT_RANGE = '7d';
const ranges = RANGES.map((value) => ({ value, label: value }));

/** How work goes, over a range and beside the same length of time before it. */
export function WorkPage() {
  const { range = DEFAULT_RANGE, board, group } = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: DashboardSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const metrics = useQuery({
    ...dashboardQuery({ range_key: range, board_id: board, group_id: group }),
    placeholderData: keepPreviousData,
  });
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const toChoice = ({ id, name }: { id: string; name: string }) => ({ value: id, label: toVisibleText(name) });
  const boards = (useQuery(boardsQuery).data?.items ?? []).map(toChoice);
  const groups = (useQuery(boardGroupsQuery).data?.items ?? []).map(toChoice);
  return (
    <div className="grid grid-cols-1 gap-4 px-4 py-4 sm:px-6">
      <FilterBar>
        <Segmented
          label="Range"
          choices={ranges}
          value={range}
          onChange={(next) => set({ range: next === DEFAULT_RANGE ? undefined : next })}
        />
        <ChoiceMenu
          label="Board"
          choices={boards}
          value={board}
          onChange={(next) => set({ board: next, group: undefined })}
        />
        {groups.length > 0 && (
          <ChoiceMenu
            label="Group"
            choices={groups}
            value={group}
            onChange={(next) => set({ group: next, board: undefined })}
          />
        )}
      </FilterBar>
      {metrics.isError && !metrics.data ? (
        <Failed
          what="The figures could not be loaded"
          failure={toFailure(metrics.error)}
          onRetry={() => void metrics.refetch()}
        />
      ) : (
        <>
          <WorkFigures metrics={metrics.data} />
          <WorkCharts metrics={metrics.data} />
        </>
      )}
      <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
        <WaitingApprovals boardId={board} groupId={group} />
        <RecentActivity boardId={board} />
        {isAdmin && <GatewayStates />}
      </div>
    </div>
  );
}
