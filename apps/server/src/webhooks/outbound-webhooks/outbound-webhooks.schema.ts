import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';

const Name = z.string().trim().min(1).max(200);
const Url = z.string().trim().min(1).max(2000).describe('https://…; http:// only where private addresses are allowed.');
const EventTypes = z
  .array(z.string().max(128))
  .min(1)
  .max(200)
  .transform((types) => [...new Set(types)])
  .describe('Types of facts, or `*` for every one that is kept in the history or the audit trail.');
const BoardIds = z
  .array(z.uuid())
  .min(1)
  .max(1000)
  .transform((ids) => [...new Set(ids)])
  .nullable()
  .describe('Only facts of these boards; null for all boards and the organization itself.');

export const OutboundWebhookRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    name: z.string(),
    url: z.string(),
    event_types: z.array(z.string()),
    board_ids: z.array(z.uuid()).nullable(),
    enabled: z.boolean(),
    paused_reason: z.string().nullable().describe('Why it was switched off by itself.'),
    has_secret: z.boolean(),
    failed_deliveries: z.int().describe('Deliveries that were given up.'),
    version: z.int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'OutboundWebhookRead' });
export type OutboundWebhookRead = z.infer<typeof OutboundWebhookRead>;

export const OutboundWebhookPage = cursorPage(OutboundWebhookRead).meta({ id: 'OutboundWebhookPage' });

export const OutboundWebhookCreate = z
  .object({
    name: Name,
    url: Url,
    event_types: EventTypes,
    board_ids: BoardIds.default(null),
    enabled: z.boolean().default(true),
  })
  .meta({ id: 'OutboundWebhookCreate' });
export type OutboundWebhookCreate = z.infer<typeof OutboundWebhookCreate>;

export const OutboundWebhookUpdate = z
  .object({
    name: Name,
    url: Url,
    event_types: EventTypes,
    board_ids: BoardIds,
    enabled: z.boolean(),
    version: z.int().describe('The version that the caller saw; another one is refused.'),
  })
  .partial()
  .meta({ id: 'OutboundWebhookUpdate' });
export type OutboundWebhookUpdate = z.infer<typeof OutboundWebhookUpdate>;

/** The one answer that holds the secret. */
export const OutboundWebhookCreated = OutboundWebhookRead.extend({
  secret: z.string().describe('whsec_…, as Standard Webhooks verifiers take it.'),
}).meta({ id: 'OutboundWebhookCreated' });
export type OutboundWebhookCreated = z.infer<typeof OutboundWebhookCreated>;

export const OutboundEventTypes = z.object({ items: z.array(z.string()) }).meta({ id: 'OutboundEventTypes' });

export const RedrivenDeliveries = z.object({ retried: z.int() }).meta({ id: 'RedrivenDeliveries' });
