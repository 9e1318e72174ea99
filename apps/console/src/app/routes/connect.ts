import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseSessionSearch } from '#console/features/gateways/sessions/session-search.ts';
import { admins } from './frame.ts';

const gateways = createRoute({
  getParentRoute: () => admins,
  path: '/gateways',
  component: lazyRouteComponent(() => import('#console/features/gateways/list/gateways-page.tsx'), 'GatewaysPage'),
});

const gatewayNew = createRoute({
  getParentRoute: () => admins,
  path: '/gateways/new',
  component: lazyRouteComponent(() => import('#console/features/gateways/form/new-gateway-page.tsx'), 'NewGatewayPage'),
});

const gatewayEdit = createRoute({
  getParentRoute: () => admins,
  path: '/gateways/$gatewayId/edit',
  component: lazyRouteComponent(
    () => import('#console/features/gateways/form/edit-gateway-page.tsx'),
    'EditGatewayPage',
  ),
});

const gateway = createRoute({
  getParentRoute: () => admins,
  path: '/gateways/$gatewayId',
  component: lazyRouteComponent(() => import('#console/features/gateways/page/gateway-page.tsx'), 'GatewayPage'),
});

const gatewayOverview = createRoute({
  getParentRoute: () => gateway,
  path: '/',
  component: lazyRouteComponent(
    () => import('#console/features/gateways/page/gateway-overview.tsx'),
    'GatewayOverview',
  ),
});

const gatewayAgents = createRoute({
  getParentRoute: () => gateway,
  path: '/agents',
  component: lazyRouteComponent(() => import('#console/features/gateways/agents/agents-tab.tsx'), 'AgentsTab'),
});

const gatewaySessions = createRoute({
  getParentRoute: () => gateway,
  path: '/sessions',
  validateSearch: parseSessionSearch,
  component: lazyRouteComponent(() => import('#console/features/gateways/sessions/sessions-tab.tsx'), 'SessionsTab'),
});

const gatewaySync = createRoute({
  getParentRoute: () => gateway,
  path: '/sync',
  component: lazyRouteComponent(() => import('#console/features/gateways/sync/sync-tab.tsx'), 'SyncTab'),
});

const gatewayCommands = createRoute({
  getParentRoute: () => gateway,
  path: '/commands',
  component: lazyRouteComponent(() => import('#console/features/gateways/page/commands-tab.tsx'), 'CommandsTab'),
});

const gatewayTabs = gateway.addChildren([
  gatewayOverview,
  gatewayAgents,
  gatewaySessions,
  gatewaySync,
  gatewayCommands,
]);

/** Servers on which agents run. */
export const gatewayPages = [gateways, gatewayNew, gatewayEdit, gatewayTabs] as const;
