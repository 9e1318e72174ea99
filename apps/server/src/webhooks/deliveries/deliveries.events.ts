import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

export const webhookReceived = defineEvent({
  type: 'webhook.received',
  subject: 'webhook',
  schema: z.object({
    webhook_id: z.uuid(),
    payload_id: z.uuid(),
    description: z.string(),
    content_type: z.string().nullable(),
  }),
  activity: ({ description, webhook_id, payload_id }) => ({
    message: `Webhook received: ${description}`,
    data: { webhook_id, payload_id },
  }),
  audit: ({ webhook_id, payload_id }) => ({ webhook_id, payload_id }),
});

/** No agent could be told of a payload; the delivery waits in the dead-letter list. */
export const webhookDeliveryFailed = defineEvent({
  type: 'webhook.delivery_failed',
  subject: 'webhook',
  schema: z.object({
    webhook_id: z.uuid(),
    payload_id: z.uuid(),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
  activity: ({ webhook_id, payload_id, error }) => ({
    message: `A webhook could not be delivered: ${error.message}`,
    data: { webhook_id, payload_id, code: error.code },
  }),
  audit: ({ webhook_id, payload_id, error }) => ({ webhook_id, payload_id, code: error.code }),
});
