import type { Platform } from '#server/platform/context.ts';
import { checksRoutes } from './checks/checks.routes.ts';
import type { Gateways } from './connections/connections.ts';
import { gatewayDeleted, gatewayUpdated } from './registry/gateways.events.ts';
import { gatewayRoutes, gatewaysRoutes } from './registry/gateways.routes.ts';
import { sessionRoutes, sessionsRoutes, statusRoutes } from './sessions/sessions.routes.ts';

export { toWorkspacePath } from './cleanups/cleanups.rules.ts';
export { createCleanups } from './cleanups/cleanups.service.ts';
export { notYetAvailable, sendNow } from './connection.ts';
export {
  type FrameSource,
  type GatewayConnection,
  type GatewayFrame,
  type Gateways,
  gatewayWait,
  getConnection,
  writeConfig,
} from './connections/connections.ts';
export { getGateway } from './registry/gateways.service.ts';
export { GatewayRefusal } from './rpc/refusal.ts';

/** Servers that run agents. */
export function createGateways(_platform: Platform): Gateways {
  return {
    name: 'gateways',
    routes: [gatewaysRoutes, gatewayRoutes, checksRoutes, statusRoutes, sessionsRoutes, sessionRoutes],
    events: [gatewayUpdated, gatewayDeleted],
    onFrame: () => undefined,
    onConnected: () => undefined,
  };
}
