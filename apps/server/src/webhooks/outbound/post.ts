import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { send } from '#server/platform/outgoing/request.ts';
import { signMessage } from '#server/platform/outgoing/sign.ts';
import { Problem } from '#server/platform/problem.ts';
import { outboundWebhookPaused } from '../outbound-webhooks/outbound-webhooks.events.ts';
import {
  addFailure,
  clearFailures,
  findOutboundWebhook,
  saveOutboundWebhook,
} from '../outbound-webhooks/outbound-webhooks.store.ts';
import { toRetryMs } from './message.ts';
import { findOutboundDelivery, type OutboundDelivery } from './post.store.ts';

const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 65_536;
const PAUSED_AFTER = 10;

/** A message that somebody sends to see whether it arrives; it goes out although the webhook is switched off. */
export const TEST_TYPE = 'webhook.test';

export const placeOfSecret = (id: string): string => `outbound_webhooks.secret_enc:${id}`;

/** Posts a message, signed. Whatever is no 2xx answer is a failure: it is tried again, and after ten in a row it pauses. */
export const deliverOutbound: WorkKind = {
  retryAfterMs: toRetryMs,
  async run(ctx, job) {
    const id = String(job.payload.delivery_id);
    const delivery = await findOutboundDelivery(ctx, id, job.id);
    // Gone with its webhook, or given to another job.
    if (!delivery) return undefined;
    if (!delivery.enabled && delivery.event_type !== TEST_TYPE)
      throw new Problem('outbound_webhook.disabled', 409, 'The webhook was switched off before this could be sent.');
    try {
      const status = await post(ctx, id, delivery);
      await clearFailures(ctx, delivery.webhook_id);
      return { status };
    } catch (error) {
      if (error instanceof Problem) await noteFailure(ctx, delivery.webhook_id, error);
      throw error;
    }
  },
};

/** The status of the target's answer. Throws `target.refused` (retryable) unless it is 2xx, and what `send` throws. */
async function post(ctx: Context, id: string, { webhook_id, url, secret_enc, body: message }: OutboundDelivery) {
  const body = JSON.stringify(message);
  const secret = ctx.secrets.decrypt(secret_enc, placeOfSecret(webhook_id));
  const { status } = await send(ctx, {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...signMessage(secret, { id, body, at: ctx.now() }) },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  });
  if (status >= 200 && status < 300) return status;
  throw new Problem('target.refused', 502, `The target answered ${status}.`);
}

async function noteFailure(ctx: Context, id: string, { code, message }: Problem): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const failures = await addFailure(tx, id);
    if (failures === undefined || failures < PAUSED_AFTER) return;
    const paused_reason = `${PAUSED_AFTER} failures in a row; the last: ${message} (${code})`;
    await saveOutboundWebhook(tx, id, { enabled: false, paused_reason });
    const outbound_webhook = await findOutboundWebhook(tx, id);
    if (outbound_webhook) await publish(tx, outboundWebhookPaused, { subjectId: id, data: { outbound_webhook } });
  });
}
