import type { Platform } from '#server/platform/context.ts';
import type { RateLimiter } from '#server/platform/http/rate-limit.ts';
import type { Module } from '#server/platform/module.ts';
import {
  webhookCreated,
  webhookDeleted,
  webhookSecretRotated,
  webhookUpdated,
} from './board-webhooks/board-webhooks.events.ts';
import { boardWebhookRoutes, boardWebhooksRoutes } from './board-webhooks/board-webhooks.routes.ts';
import { webhookDeliveryFailed, webhookReceived } from './deliveries/deliveries.events.ts';
import { deliveriesRoutes } from './deliveries/deliveries.routes.ts';
import { deliverWebhook } from './deliveries/deliveries.service.ts';
import { settleDeliveries } from './deliveries/deliveries.store.ts';
import { ingestRoutes } from './ingest/ingest.routes.ts';
import { payloadsRoutes } from './payloads/payloads.routes.ts';
import { prunePayloads } from './payloads/payloads.store.ts';

const HOUR_MS = 3_600_000;

/** Calls from outside to a board, and ours to others. */
export const createWebhooks = (platform: Platform, limiter: RateLimiter): Module => ({
  name: 'webhooks',
  routes: [
    ...[boardWebhooksRoutes, boardWebhookRoutes, ingestRoutes(platform, limiter)],
    ...[payloadsRoutes, deliveriesRoutes],
  ],
  events: [
    ...[webhookCreated, webhookUpdated, webhookDeleted, webhookSecretRotated],
    ...[webhookReceived, webhookDeliveryFailed],
  ],
  work: { 'webhook.deliver': deliverWebhook },
  recurring: [
    { name: 'webhook_deliveries.settle', everyMs: HOUR_MS, run: settleDeliveries },
    { name: 'webhook_payloads.prune', everyMs: HOUR_MS, run: prunePayloads },
  ],
});
