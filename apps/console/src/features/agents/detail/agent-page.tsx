import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import type { AgentDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentQuery } from '#console/api/queries/fleet/agents.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, Skeleton, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { TabBar, tabClass } from '#console/ui/layout/tabs.tsx';
import { Badge } from '#console/ui/state/badge.tsx';
import { controlLooks, healthLooks } from '#console/ui/state/looks.ts';
import { StatePill } from '#console/ui/state/mark.tsx';
import { ControlButtons } from '../control/control-buttons.tsx';

const route = getRouteApi('/frame/agents/$agentId');

const TABS = [
  { to: '/agents/$agentId', label: 'Overview', exact: true },
  { to: '/agents/$agentId/gateway', label: 'Gateway', exact: false },
  { to: '/agents/$agentId/runs', label: 'Runs', exact: false },
  { to: '/agents/$agentId/manifest', label: 'Manifest', exact: false },
  { to: '/agents/$agentId/versions', label: 'Versions', exact: false },
  { to: '/agents/$agentId/policies', label: 'Policies', exact: false },
  { to: '/agents/$agentId/health', label: 'Health', exact: false },
] as const;

/** One agent: what it is, how it is, and the tabs of what is known about it. */
export function AgentPage() {
  const { agentId } = route.useParams();
  const { data: agent, error, refetch } = useQuery(agentQuery(agentId));
  if (error && !agent) {
    return <Failed what="The agent could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  }
  const tabs = TABS.filter(({ label }) => label !== 'Gateway' || (agent?.gateway_id ?? null) !== null);
  return (
    <>
      {agent ? <AgentHead agent={agent} /> : <PageHead title={<Skeleton className="h-4 w-48" />} />}
      <TabBar label="About this agent">
        {tabs.map(({ to, label, exact }) => (
          <Link
            key={to}
            to={to}
            params={{ agentId }}
            search={{}}
            activeOptions={{ exact, includeSearch: false }}
            className={tabClass}
          >
            {label}
          </Link>
        ))}
      </TabBar>
      {agent ? <Outlet /> : <SkeletonRows rows={6} />}
    </>
  );
}

function AgentHead({ agent }: { agent: AgentDetail }) {
  const isHeld = agent.control_state !== 'active';
  return (
    <PageHead
      title={<ForeignText text={agent.name} />}
      aside={
        <>
          <StatePill look={healthLooks[agent.health]} />
          {isHeld && <StatePill look={controlLooks[agent.control_state]} />}
          {agent.enforce_capabilities !== 'enforce' && (
            <Badge tone="warn" title="What happens to calls that the agent did not declare">
              {agent.enforce_capabilities === 'monitor' ? 'monitor only' : 'checks off'}
            </Badge>
          )}
        </>
      }
      actions={<ControlButtons agent={agent} />}
    >
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-fg-2">
        <span className="font-mono text-sm">{agent.slug}</span>
        {agent.active_version_number !== null && <span className="num">version {agent.active_version_number}</span>}
        {agent.framework && (
          <span>
            {agent.framework} {agent.framework_version}
          </span>
        )}
        {agent.model && <span>{agent.model}</span>}
        <span>
          last seen <Ago at={agent.last_seen_at} />
        </span>
      </p>
    </PageHead>
  );
}
