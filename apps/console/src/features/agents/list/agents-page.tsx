import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { useMemo } from 'react';
import { toListState } from '#console/api/list-state.ts';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { type AgentFilters, agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { overviewQuery } from '#console/api/queries/fleet/telemetry.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { LinkButton } from '#console/ui/control/link-button.tsx';
import { ListStates } from '#console/ui/feedback/list-states.tsx';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { AgentFilterBar } from './agent-filters.tsx';
import { ConnectAgent } from './connect-agent.tsx';
import { FleetTable } from './fleet-table.tsx';
import { useBulkNudge } from './use-bulk-nudge.tsx';

const route = getRouteApi('/frame/agents');

/** Every agent that one may read, whatever it runs on; the figures of the fleet are for admins. */
export function AgentsPage() {
  const filters = route.useSearch();
  const navigate = route.useNavigate();
  const setFilters = (change: AgentFilters) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const list = useInfiniteQuery({ ...agentsQuery(filters), placeholderData: keepPreviousData });
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  const overview = useQuery({ ...overviewQuery, enabled: isAdmin });
  const figures = useMemo(() => new Map(overview.data?.agents.map((row) => [row.agent_id, row])), [overview.data]);
  const boardList = useQuery(boardsQuery).data;
  const boards = useMemo(() => new Map(boardList?.items.map(({ id, name }) => [id, name])), [boardList]);
  const agents = useItems(list.data);
  const total = list.data?.pages[0]?.total;
  const { selection, bar } = useBulkNudge(agents);
  const isFiltered = Object.keys(filters).length > 0;
  const onEnd = useNextPage(list);

  return (
    <>
      <PageHead
        title="Agents"
        aside={total !== undefined && <span className="num text-fg-3">{plural(total, 'agent')}</span>}
        actions={
          isAdmin && (
            <LinkButton tone="primary" icon={Plus} to="/agents/new" search={{}}>
              New agent
            </LinkButton>
          )
        }
      >
        <AgentFilterBar
          filters={filters}
          onChange={setFilters}
          onClear={() => void navigate({ search: {}, replace: true })}
          isAdmin={isAdmin}
        />
      </PageHead>
      <div className="border-t">
        <ListStates
          state={toListState(list)}
          what="The agents could not be loaded"
          rows={12}
          isEmpty={agents.length === 0}
          empty={<NoAgents isFiltered={isFiltered} isAdmin={isAdmin} />}
        >
          <FleetTable
            agents={agents}
            figures={figures}
            boards={boards}
            onEnd={onEnd}
            selection={isAdmin && agents.some(selection.canChoose) ? selection : undefined}
          />
        </ListStates>
      </div>
      {bar}
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
