import { z } from 'zod';

export const BoardWebhookIngestResponse = z
  .object({ ok: z.boolean(), board_id: z.uuid(), webhook_id: z.uuid(), payload_id: z.uuid() })
  .meta({ id: 'BoardWebhookIngestResponse' });
export type BoardWebhookIngestResponse = z.infer<typeof BoardWebhookIngestResponse>;
