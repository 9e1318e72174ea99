import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { restartDelivery } from '../deliveries/deliveries.service.ts';
import { enqueueOutbound, startOutbound } from '../outbound/dispatch.ts';
import { toMessage } from '../outbound/message.ts';
import { TEST_TYPE } from '../outbound/post.ts';
import { getOutboundWebhook } from '../outbound-webhooks/outbound-webhooks.service.ts';
import { findOrgName, listDeadDeliveries } from '../outbound-webhooks/outbound-webhooks.store.ts';

const MAX_REDRIVEN = 1_000;

/** Sends a message of type `webhook.test`. Throws `outbound_webhook.not_found`. */
export function sendTest(ctx: Context, id: string): Promise<{ job_id: string; delivery_id: string }> {
  return inTransaction(ctx, async (tx) => {
    const { url } = await getOutboundWebhook(tx, id);
    const { name } = await findOrgName(tx);
    const fact = {
      type: TEST_TYPE,
      occurred_at: tx.now().toISOString(),
      org: { id: tx.orgId, name },
      board_id: null,
      subject: { kind: 'outbound_webhook', id },
      actor: tx.actor,
      data: { message: 'This is a test: no fact stands behind it.' },
    };
    const message = toMessage(newId(tx.now()), fact, tx.config.baseUrl);
    const { id: delivery_id, job_id } = await startOutbound(tx, { id, url }, message);
    return { job_id, delivery_id };
  });
}

/** Sends one message again. Throws `outbound_webhook.not_found`, `delivery.not_found`. */
export function retryOutbound(ctx: Context, id: string, deliveryId: string): Promise<{ job_id: string }> {
  return inTransaction(ctx, async (tx) => {
    await getOutboundWebhook(tx, id);
    return restart(tx, id, deliveryId);
  });
}

/** Sends all messages again that were given up, oldest first, at most 1,000. Throws `outbound_webhook.not_found`. */
export function redriveOutbound(ctx: Context, id: string): Promise<{ retried: number }> {
  return inTransaction(ctx, async (tx) => {
    await getOutboundWebhook(tx, id);
    const dead = await listDeadDeliveries(tx, id, MAX_REDRIVEN);
    for (const deliveryId of dead) await restart(tx, id, deliveryId);
    return { retried: dead.length };
  });
}

const restart = (tx: TxContext, id: string, deliveryId: string) =>
  restartDelivery(tx, { outbound_webhook_id: id }, deliveryId, () => enqueueOutbound(tx, id, deliveryId));
