import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { overviewQuery } from '#console/api/queries/fleet/telemetry.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { ConnectAgent } from '../list/connect-agent.tsx';
import { FleetTable } from '../list/fleet-table.tsx';
import { AttentionList } from './attention-list.tsx';
import { FigureRow } from './figure-row.tsx';
import { LatestFailures } from './latest-failures.tsx';
import { sortByNeed } from './need.ts';

/** The fleet at a glance: six numbers, what needs a person, every agent. */
export function OverviewPage() {
  const overview = useQuery(overviewQuery);
  const list = useInfiniteQuery(agentsQuery({}));
  const agents = useItems(list.data);
  const figures = useMemo(() => new Map(overview.data?.agents.map((row) => [row.agent_id, row])), [overview.data]);
  const sorted = useMemo(() => sortByNeed(agents), [agents]);
  const total = list.data?.pages[0]?.total ?? 0;
  if (list.isSuccess && agents.length === 0) return <ConnectAgent />;
  return (
    <>
      <p className="px-4 pt-3 pb-2 text-sm text-fg-3 sm:px-6">Figures of the last hour</p>
      {overview.isError && !overview.data ? (
        <Failed what="The figures could not be loaded" failure={toFailure(overview.error)} isCompact />
      ) : (
        <FigureRow overview={overview.data} agents={agents} />
      )}
      <AttentionList agents={agents} />
      <Section
        title="Fleet"
        aside={
          <Link to="/agents" className="text-accent hover:underline">
            All {formatCount(total)} agents
          </Link>
        }
        className="px-4 pb-4 sm:px-6"
      >
        <Panel>
          {list.isPending && <SkeletonRows rows={6} />}
          {list.isError && !list.data && (
            <Failed
              what="The agents could not be loaded"
              failure={toFailure(list.error)}
              onRetry={() => void list.refetch()}
            />
          )}
          {agents.length > 0 && <FleetTable agents={sorted} figures={figures} isInset />}
        </Panel>
      </Section>
      <LatestFailures />
    </>
  );
}
