import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { parseAgentSearch } from '#console/features/agents/list/agent-search.ts';
import { parseVersionSearch } from '#console/features/agents/versions/version-search.ts';
import { parseAnalyticsSearch } from '#console/features/analytics/analytics-search.ts';
import { parseDashboardSearch } from '#console/features/dashboard/dashboard-search.ts';
import { parseRunListSearch, parseRunSearch } from '#console/features/runs/run-search.ts';
import { parseViolationSearch } from '#console/features/violations/violation-search.ts';
import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';
import { admins, frame } from './frame.ts';

const overview = createRoute({
  getParentRoute: () => frame,
  path: '/dashboard',
  component: lazyRouteComponent(() => import('../frames/overview-frame.tsx'), 'OverviewFrame'),
});

const overviewFleet = createRoute({
  getParentRoute: () => overview,
  path: '/',
  // The tab as it stood in the address of the console before this one.
  beforeLoad: ({ search }) => {
    if ('tab' in search && search.tab === 'work') throw redirect({ to: '/dashboard/work', search: {}, replace: true });
  },
  component: lazyRouteComponent(() => import('#console/features/agents/overview/overview-page.tsx'), 'OverviewPage'),
});

const overviewWork = createRoute({
  getParentRoute: () => overview,
  path: '/work',
  validateSearch: parseDashboardSearch,
  component: lazyRouteComponent(() => import('#console/features/dashboard/work-page.tsx'), 'WorkPage'),
});

const agents = createRoute({
  getParentRoute: () => frame,
  path: '/agents',
  validateSearch: parseAgentSearch,
  component: lazyRouteComponent(() => import('#console/features/agents/list/agents-page.tsx'), 'AgentsPage'),
});

const agent = createRoute({
  getParentRoute: () => frame,
  path: '/agents/$agentId',
  component: lazyRouteComponent(() => import('#console/features/agents/detail/agent-page.tsx'), 'AgentPage'),
});

const agentOverview = createRoute({
  getParentRoute: () => agent,
  path: '/',
  component: lazyRouteComponent(() => import('#console/features/agents/detail/agent-overview.tsx'), 'AgentOverview'),
});

const agentRuns = createRoute({
  getParentRoute: () => agent,
  path: '/runs',
  validateSearch: parseRunListSearch,
  component: lazyRouteComponent(() => import('#console/features/runs/list/agent-runs.tsx'), 'AgentRuns'),
});

const agentManifest = createRoute({
  getParentRoute: () => agent,
  path: '/manifest',
  component: lazyRouteComponent(() => import('#console/features/agents/detail/agent-manifest.tsx'), 'AgentManifest'),
});

const agentVersions = createRoute({
  getParentRoute: () => agent,
  path: '/versions',
  validateSearch: parseVersionSearch,
  component: lazyRouteComponent(() => import('#console/features/agents/versions/agent-versions.tsx'), 'AgentVersions'),
});

const agentPolicies = createRoute({
  getParentRoute: () => agent,
  path: '/policies',
  component: lazyRouteComponent(() => import('#console/features/agents/policies/agent-policies.tsx'), 'AgentPolicies'),
});

const agentHealth = createRoute({
  getParentRoute: () => agent,
  path: '/health',
  component: lazyRouteComponent(() => import('#console/features/agents/detail/agent-health.tsx'), 'AgentHealth'),
});

const agentGateway = createRoute({
  getParentRoute: () => agent,
  path: '/gateway',
  component: lazyRouteComponent(() => import('#console/features/agents/gateway/agent-gateway.tsx'), 'AgentGateway'),
});

const agentNew = createRoute({
  getParentRoute: () => admins,
  path: '/agents/new',
  validateSearch: (search: RawSearch): { board?: string | undefined } => compact({ board: parseText(search.board) }),
  component: lazyRouteComponent(() => import('#console/features/agents/form/new-agent-page.tsx'), 'NewAgentPage'),
});

const agentEdit = createRoute({
  getParentRoute: () => admins,
  path: '/agents/$agentId/edit',
  component: lazyRouteComponent(() => import('#console/features/agents/form/edit-agent-page.tsx'), 'EditAgentPage'),
});

/** Forms for admins. */
export const agentForms = [agentNew, agentEdit] as const;

const runs = createRoute({
  getParentRoute: () => frame,
  path: '/runs',
  validateSearch: parseRunListSearch,
  component: lazyRouteComponent(() => import('#console/features/runs/list/runs-page.tsx'), 'RunsPage'),
});

const run = createRoute({
  getParentRoute: () => frame,
  path: '/runs/$runId',
  validateSearch: parseRunSearch,
  component: lazyRouteComponent(() => import('#console/features/runs/page/run-page.tsx'), 'RunPage'),
});

const analytics = createRoute({
  getParentRoute: () => frame,
  path: '/analytics',
  validateSearch: parseAnalyticsSearch,
  component: lazyRouteComponent(() => import('#console/features/analytics/analytics-page.tsx'), 'AnalyticsPage'),
});

const violations = createRoute({
  getParentRoute: () => frame,
  path: '/violations',
  validateSearch: parseViolationSearch,
  component: lazyRouteComponent(() => import('#console/features/violations/violations-page.tsx'), 'ViolationsPage'),
});

const serviceKeys = createRoute({
  getParentRoute: () => frame,
  path: '/keys',
  component: lazyRouteComponent(
    () => import('#console/features/service-keys/service-keys-page.tsx'),
    'ServiceKeysPage',
  ),
});

const agentTabs = agent.addChildren([
  agentOverview,
  agentGateway,
  agentRuns,
  agentManifest,
  agentVersions,
  agentPolicies,
  agentHealth,
]);

const overviewTabs = overview.addChildren([overviewFleet, overviewWork]);

/** Agents of any framework: what they are, do and may. */
export const fleetPages = [overviewTabs, agents, agentTabs, runs, run, analytics, violations, serviceKeys] as const;
