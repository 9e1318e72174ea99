import type { Platform } from '#server/platform/context.ts';
import type { RateLimiter } from '#server/platform/http/rate-limit.ts';
import { checksRoutes } from './checks/checks.routes.ts';
import type { Gateways } from './connections/connections.ts';
import {
  gatewayConnected,
  gatewayCreated,
  gatewayDeleted,
  gatewayDisconnected,
  gatewayNeedsAttention,
  gatewayUpdated,
} from './registry/gateways.events.ts';
import { gatewayRoutes, gatewaysRoutes } from './registry/gateways.routes.ts';
import { sessionRoutes, sessionsRoutes, statusRoutes } from './sessions/sessions.routes.ts';
import type { Listeners } from './supervisor/hold.ts';
import { createSupervisor } from './supervisor/supervisor.ts';

export { toWorkspacePath } from './cleanups/cleanups.rules.ts';
export { createCleanups } from './cleanups/cleanups.service.ts';
export { writeConfig } from './connections/config-writes.ts';
export type { FrameSource, GatewayConnection, GatewayFrame } from './connections/connection.ts';
export { type Gateways, gatewayWait, getConnection } from './connections/connections.ts';
export { getGateway } from './registry/gateways.service.ts';
export { GatewayRefusal } from './rpc/refusal.ts';
export { ensureGatewayRuns, pruneGatewayRuns } from './runs/gateway-runs.store.ts';
export { sendNow } from './sessions/send-now.ts';

/** Servers that run agents. */
export function createGateways(platform: Platform, limiter: RateLimiter): Gateways {
  const listeners: Listeners = { frame: [], connected: [] };
  const supervisor = createSupervisor(platform, listeners);
  return {
    name: 'gateways',
    routes: [gatewaysRoutes, gatewayRoutes, checksRoutes(limiter), statusRoutes, sessionsRoutes, sessionRoutes],
    events: [
      ...[gatewayCreated, gatewayUpdated, gatewayDeleted],
      ...[gatewayConnected, gatewayDisconnected, gatewayNeedsAttention],
    ],
    onFrame: (listener) => void listeners.frame.push(listener),
    onConnected: (listener) => void listeners.connected.push(listener),
    start: async () => supervisor.start(),
    close: () => supervisor.close(),
  };
}
