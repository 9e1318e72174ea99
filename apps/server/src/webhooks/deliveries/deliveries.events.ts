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
