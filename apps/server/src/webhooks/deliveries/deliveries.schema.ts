import { z } from 'zod';
import { LastError } from '#server/platform/http/fields.schema.ts';
import { CursorQuery, cursorPage } from '#server/platform/http/page.schema.ts';

const DeliveryState = z.enum(['queued', 'delivered', 'retrying', 'dead']);

export const WebhookDeliveryRead = z
  .object({
    id: z.uuid(),
    webhook_id: z.uuid(),
    payload_id: z.uuid().nullable(),
    event_id: z.string().nullable(),
    event_type: z.string().nullable(),
    target: z.string().describe('The agent or the address that it goes to.'),
    state: DeliveryState,
    attempts: z.int(),
    last_error: LastError.nullable(),
    next_retry_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    delivered_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'WebhookDeliveryRead' });
export type WebhookDeliveryRead = z.infer<typeof WebhookDeliveryRead>;

export const WebhookDeliveryPage = cursorPage(WebhookDeliveryRead).meta({ id: 'WebhookDeliveryPage' });

/** `state=dead` is the dead-letter list. */
export const WebhookDeliveryQuery = CursorQuery.extend({ state: DeliveryState.optional() });
export type WebhookDeliveryQuery = z.infer<typeof WebhookDeliveryQuery>;

/** Work that goes on in the background; `GET /jobs/{job_id}` tells how. */
export const RetriedDelivery = z.object({ job_id: z.uuid() }).meta({ id: 'RetriedDelivery' });
