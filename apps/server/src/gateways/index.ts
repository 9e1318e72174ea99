import type { Platform } from '#server/platform/context.ts';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import { listenForApprovals } from './approvals/approval-listener.ts';
import { RESOLVE_APPROVAL, resolveApproval, tellDecision } from './approvals/gateway-approvals.service.ts';
import { checksRoutes } from './checks/checks.routes.ts';
import { cleanupFailed } from './cleanups/cleanups.events.ts';
import { cleanUpOrphans, cleanUpWork } from './cleanups/cleanups.jobs.ts';
import { CLEAN_UP } from './cleanups/cleanups.service.ts';
import { pruneCleanups } from './cleanups/cleanups.store.ts';
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
export { ask } from './rpc/answers.ts';
export { GatewayRefusal } from './rpc/refusal.ts';
export { ensureGatewayRuns, pruneGatewayRuns } from './runs/gateway-runs.store.ts';
export { sendNow } from './sessions/send-now.ts';

/** Servers that run agents. */
export function createGateways(platform: Platform, limiter: RateLimiter): Gateways {
  const listeners: Listeners = { frame: [], connected: [] };
  const supervisor = createSupervisor(platform, listeners);
  listenForApprovals(platform, listeners);
  return {
    name: 'gateways',
    routes: [gatewaysRoutes, gatewayRoutes, checksRoutes(limiter), statusRoutes, sessionsRoutes, sessionRoutes],
    events: [
      ...[gatewayCreated, gatewayUpdated, gatewayDeleted],
      ...[gatewayConnected, gatewayDisconnected, gatewayNeedsAttention],
      cleanupFailed,
    ],
    work: { [CLEAN_UP]: cleanUpWork, [RESOLVE_APPROVAL]: resolveApproval },
    reactions: [tellDecision],
    recurring: [
      { name: 'gateway_cleanups.orphans', everyMs: 60_000, run: cleanUpOrphans },
      { name: 'gateway_cleanups.prune', everyMs: 3_600_000, run: pruneCleanups },
    ],
    onFrame: (listener) => void listeners.frame.push(listener),
    onConnected: (listener) => void listeners.connected.push(listener),
    start: async () => supervisor.start(),
    close: () => supervisor.close(),
  };
}
