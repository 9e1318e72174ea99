import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { OutboundWebhookRead } from './outbound-webhooks.schema.ts';

const schema = z.object({ outbound_webhook: OutboundWebhookRead });
const audit = ({ outbound_webhook: webhook }: z.infer<typeof schema>) => ({
  name: webhook.name,
  host: new URL(webhook.url).host,
  event_types: webhook.event_types.slice(0, 50),
  board_ids: webhook.board_ids?.slice(0, 50) ?? null,
  enabled: webhook.enabled,
});

const define = (verb: string) =>
  defineEvent({ type: `outbound_webhook.${verb}`, subject: 'outbound_webhook', schema, audit });

export const outboundWebhookCreated = define('created');
export const outboundWebhookUpdated = define('updated');
export const outboundWebhookDeleted = define('deleted');

/** Switched off because its target failed too often. */
export const outboundWebhookPaused = defineEvent({
  ...define('paused'),
  activity: ({ outbound_webhook: { id, name, paused_reason } }) => ({
    message: `The outbound webhook ${name} was paused: ${paused_reason}`,
    data: { outbound_webhook_id: id },
  }),
});
