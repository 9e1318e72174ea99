import type { CreateModule } from '#server/platform/module.ts';
import { checksRoutes } from './checks/checks.routes.ts';
import { gatewayDeleted, gatewayUpdated } from './registry/gateways.events.ts';
import { gatewayRoutes, gatewaysRoutes } from './registry/gateways.routes.ts';
import { sessionRoutes, sessionsRoutes, statusRoutes } from './sessions/sessions.routes.ts';

export { toWorkspacePath } from './cleanups/cleanups.rules.ts';
export { createCleanups } from './cleanups/cleanups.service.ts';
export { getConnection, notYetAvailable, sendNow } from './connection.ts';
export { getGateway } from './registry/gateways.service.ts';

/** Servers that run agents. */
export const createGateways: CreateModule = () => ({
  name: 'gateways',
  routes: [gatewaysRoutes, gatewayRoutes, checksRoutes, statusRoutes, sessionsRoutes, sessionRoutes],
  events: [gatewayUpdated, gatewayDeleted],
});
