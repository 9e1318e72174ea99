import type { Platform } from '#server/platform/context.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import type { Module } from '#server/platform/module.ts';
import {
  webhookCreated,
  webhookDeleted,
  webhookSecretRotated,
  webhookUpdated,
} from './board-webhooks/board-webhooks.events.ts';
import { boardWebhookRoutes, boardWebhooksRoutes } from './board-webhooks/board-webhooks.routes.ts';
import { webhookReceived } from './deliveries/deliveries.events.ts';
import { deliveriesRoutes } from './deliveries/deliveries.routes.ts';
import { deliverWebhook } from './deliveries/deliveries.service.ts';
import { settleDeliveries } from './deliveries/deliveries.store.ts';
import { ingestRoutes } from './ingest/ingest.routes.ts';
import { dispatchFacts } from './outbound/dispatch.ts';
import { pruneOutbound } from './outbound/post.store.ts';
import { deliverOutbound } from './outbound/post.ts';
import { outboundDeliveriesRoutes } from './outbound-deliveries/outbound-deliveries.routes.ts';
import {
  outboundWebhookCreated,
  outboundWebhookDeleted,
  outboundWebhookPaused,
  outboundWebhookUpdated,
} from './outbound-webhooks/outbound-webhooks.events.ts';
import { outboundWebhooksRoutes } from './outbound-webhooks/outbound-webhooks.routes.ts';
import { payloadsRoutes } from './payloads/payloads.routes.ts';
import { prunePayloads } from './payloads/payloads.store.ts';

const DISPATCH_MS = 1_000;
const HOUR_MS = 3_600_000;

/**
 * Calls from outside to a board, and ours to others.
 * @param allTypes the facts of every module, once all are there.
 */
export function createWebhooks(platform: Platform, limiter: RateLimiter, allTypes: () => EventType[]): Module {
  const knownTypes = () =>
    allTypes()
      .map(({ type }) => type)
      .sort();
  return {
    name: 'webhooks',
    routes: [
      ...[boardWebhooksRoutes, boardWebhookRoutes, ingestRoutes(platform, limiter), payloadsRoutes, deliveriesRoutes],
      ...[outboundWebhooksRoutes(knownTypes), outboundDeliveriesRoutes],
    ],
    events: [
      ...[webhookCreated, webhookUpdated, webhookDeleted, webhookSecretRotated],
      webhookReceived,
      ...[outboundWebhookCreated, outboundWebhookUpdated, outboundWebhookDeleted, outboundWebhookPaused],
    ],
    work: { 'webhook.deliver': deliverWebhook, 'outbound.deliver': deliverOutbound },
    recurring: [
      { name: 'outbound.dispatch', everyMs: DISPATCH_MS, run: (at) => dispatchFacts(at, allTypes()) },
      { name: 'outbound_deliveries.prune', everyMs: HOUR_MS, run: pruneOutbound },
      { name: 'webhook_deliveries.settle', everyMs: HOUR_MS, run: settleDeliveries },
      { name: 'webhook_payloads.prune', everyMs: HOUR_MS, run: prunePayloads },
    ],
  };
}
