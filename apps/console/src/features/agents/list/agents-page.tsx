import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { type AgentFilters, agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { overviewQuery } from '#console/api/queries/fleet/telemetry.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { useTyped } from '#console/lib/browser/use-typed.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ChoiceMenu } from '#console/ui/control/choice-menu.tsx';
import { SearchInput } from '#console/ui/control/field.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { FilterBar, PageHead } from '#console/ui/layout/page.tsx';
import { controlLooks, healthLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { CONTROL_STATES, HEALTHS } from './agent-search.ts';
import { ConnectAgent } from './connect-agent.tsx';
import { FleetTable } from './fleet-table.tsx';

const route = getRouteApi('/frame/agents');

const healthChoices = HEALTHS.map((value) => ({
  value,
  label: healthLooks[value].word,
  mark: <Mark look={healthLooks[value]} />,
}));
const stateChoices = CONTROL_STATES.map((value) => ({
  value,
  label: controlLooks[value].word,
  mark: <Mark look={controlLooks[value]} />,
}));

/** Every agent that one may read, whatever it runs on; the figures of the fleet are for admins. */
export function AgentsPage() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const setFilters = (change: AgentFilters) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const [typed, setTyped] = useTyped(filters.q ?? '', (q) => setFilters({ q: q || undefined }));
  const list = useInfiniteQuery({ ...agentsQuery(filters), placeholderData: keepPreviousData });
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const overview = useQuery({ ...overviewQuery, enabled: isAdmin });
  const figures = useMemo(() => new Map(overview.data?.agents.map((row) => [row.agent_id, row])), [overview.data]);
  const agents = useItems(list.data);
  const total = list.data?.pages[0]?.total;
  const isFiltered = Object.keys(filters).length > 0;
  const { hasNextPage, fetchNextPage } = list;
  const onEnd = useCallback(() => void (hasNextPage && fetchNextPage()), [hasNextPage, fetchNextPage]);

  return (
    <>
      <PageHead
        title="Agents"
        aside={total !== undefined && <span className="num text-fg-3">{plural(total, 'agent')}</span>}
      >
        <FilterBar>
          <SearchInput label="Name, slug or type" value={typed} onChange={setTyped} className="w-56 shrink-0" />
          <ChoiceMenu
            label="Health"
            choices={healthChoices}
            value={filters.health}
            onChange={(health) => setFilters({ health })}
          />
          <ChoiceMenu
            label="State"
            choices={stateChoices}
            value={filters.control_state}
            onChange={(control_state) => setFilters({ control_state })}
          />
          {isFiltered && (
            <Button tone="ghost" onClick={() => void navigate({ search: {}, replace: true })}>
              Clear
            </Button>
          )}
        </FilterBar>
      </PageHead>
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={12} />}
        {list.isError && !list.data && (
          <Failed
            what="The agents could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {agents.length > 0 && <FleetTable agents={agents} figures={figures} onEnd={onEnd} />}
        {list.isSuccess && agents.length === 0 && <NoAgents isFiltered={isFiltered} isAdmin={isAdmin} />}
      </div>
    </>
  );
}

function NoAgents({ isFiltered, isAdmin }: { isFiltered: boolean; isAdmin: boolean }) {
  if (!isFiltered && isAdmin) return <ConnectAgent />;
  if (!isFiltered) {
    return (
      <Empty title="No agent works on your boards">
        <p>The agents of the boards that you may read are listed here. An admin connects agents and gives access.</p>
      </Empty>
    );
  }
  return (
    <Empty title="No agent matches">
      <p>Widen the filters, or look for a part of its name, slug or type.</p>
    </Empty>
  );
}
