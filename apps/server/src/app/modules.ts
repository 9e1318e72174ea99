import { createAgents } from '#server/agents/index.ts';
import { createBoards } from '#server/boards/index.ts';
import { createGateways } from '#server/gateways/index.ts';
import { createGovernance } from '#server/governance/index.ts';
import { type Authenticator, createIdentity } from '#server/identity/index.ts';
import type { Platform } from '#server/platform/context.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import type { EventTail } from '#server/platform/events/tail.ts';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import type { Module } from '#server/platform/module.ts';
import { createRealtime } from '#server/realtime/index.ts';
import { createTelemetry, findListPrice } from '#server/telemetry/index.ts';
import { createWebhooks } from '#server/webhooks/index.ts';

/** Every module, in the order of the arrows: each may use only those before it. */
export function createModules(
  platform: Platform,
  authenticator: Authenticator,
  tail: EventTail,
  limiter: RateLimiter,
): Module[] {
  const gateways = createGateways(platform, limiter);
  const agents = createAgents(platform, gateways);
  const modules: Module[] = [
    createIdentity(authenticator, limiter),
    createGovernance(() => events, findListPrice),
    gateways,
    agents,
    createBoards(platform),
    createTelemetry(platform, agents, gateways),
    createWebhooks(platform, limiter, () => events),
  ];
  const events: EventType[] = modules.flatMap((module) => module.events ?? []);
  return [...modules, createRealtime(platform, tail, events, authenticator.authenticate)];
}
