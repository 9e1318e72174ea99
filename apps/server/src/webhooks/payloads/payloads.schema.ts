import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';

export const BoardWebhookPayloadRead = z
  .object({
    id: z.uuid(),
    board_id: z.uuid(),
    webhook_id: z.uuid(),
    payload: z
      .union([z.record(z.string(), z.unknown()), z.array(z.unknown()), z.string(), z.number(), z.boolean()])
      .nullable()
      .describe('The parsed body; its text when it was cut or is no JSON.'),
    headers: z.record(z.string(), z.string()).nullable(),
    source_ip: z.string().nullable(),
    content_type: z.string().nullable(),
    received_at: z.iso.datetime(),
    delivery_state: z.enum(['queued', 'delivered', 'retrying', 'dead']),
    truncated: z.boolean().describe('Whether `payload` is cut here.'),
  })
  .meta({ id: 'BoardWebhookPayloadRead' });
export type BoardWebhookPayloadRead = z.infer<typeof BoardWebhookPayloadRead>;

export const BoardWebhookPayloadPage = offsetPage(BoardWebhookPayloadRead).meta({
  id: 'Page_BoardWebhookPayloadRead',
});
