import { NOTICES, sendMessages } from '#server/agents/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { removeWork, retryWork } from '#server/platform/jobs/work/redrive.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { toPreview } from '../payloads/payload-text.rules.ts';
import { type DeliveryOwner, insertDelivery, lockDelivery, saveDeliveryJob } from './deliveries.store.ts';
import { findReceived, findTarget } from './received.store.ts';

/** What is on record when the agent was told, or could not be. */
const EVENTS = { sent: 'webhook.delivered', failed: 'webhook.delivery_failed' } as const;

/** A payload on its way to an agent of its board. */
export interface Received {
  boardId: string;
  webhookId: string;
  payloadId: string;
}

/** Puts a payload on its way, in the caller's transaction. */
export async function startDelivery(tx: TxContext, { boardId, webhookId, payloadId }: Received): Promise<void> {
  const id = newId(tx.now());
  const job_id = await enqueueDelivery(tx, { id, boardId, webhookId });
  await insertDelivery(tx, { id, webhook_id: webhookId, payload_id: payloadId, job_id, target: `board:${boardId}` });
}

const enqueueDelivery = (
  tx: TxContext,
  { id, boardId, webhookId }: { id: string; boardId: string; webhookId: string },
) =>
  enqueueWork(tx, {
    kind: 'webhook.deliver',
    subject: { kind: 'webhook', id: webhookId },
    boardId,
    payload: { delivery_id: id },
  });

/**
 * Tells the agent of the webhook, or the board's lead, of a payload: hands the delivery to the job of the message, which
 * waits for the agent's gateway and tells from then on how the delivery goes. While the board has nobody to tell it is
 * tried again, by the schedule of all jobs.
 */
export const deliverWebhook: WorkKind = {
  run: (ctx, job) =>
    inTransaction(ctx, async (tx) => {
      const delivery = await findReceived(tx, String(job.payload.delivery_id), job.id);
      // Gone with its webhook, or handed on by an earlier try.
      if (!delivery) return;
      const agentId = await findTarget(tx, delivery.webhook_id);
      const { webhook_id, payload_id, description, payload } = delivery;
      const data = { webhook_id, payload_id, description, preview: toPreview(payload) };
      const [job_id] = agentId
        ? await sendMessages(tx, [{ agentId, kind: 'webhook.received', data, events: EVENTS }])
        : [];
      if (job_id === undefined)
        throw new Problem('webhook.target_missing', 503, 'The board has no agent to tell: it needs a lead.');
      await saveDeliveryJob(tx, delivery.id, { job_id, target: `agent:${agentId}` });
    }),
  async whenGivenUp(tx, job, error) {
    const delivery = await findReceived(tx, String(job.payload.delivery_id), job.id);
    if (!delivery) return;
    const nobody = { agent_id: null, agent_name: null, task_id: null, reason: null };
    const fact = {
      subjectId: delivery.webhook_id,
      boardId: delivery.board_id,
      data: { kind: 'webhook.received', ...nobody, error },
    };
    const failed = NOTICES.get(EVENTS.failed);
    if (failed) await publish(tx, failed, fact);
  },
};

/** Tries a payload's delivery again, if it came to an end; returns its job. Throws `delivery.not_found`. */
export function retryDelivery(
  ctx: Context,
  place: { boardId: string; webhookId: string },
  id: string,
): Promise<{ job_id: string }> {
  return inTransaction(ctx, (tx) =>
    restartDelivery(tx, { webhook_id: place.webhookId }, id, () => enqueueDelivery(tx, { id, ...place })),
  );
}

/**
 * Gives a delivery that came to an end a new job in the place of its old one; one that waits for its next try is tried
 * now. Throws `delivery.not_found`.
 */
export async function restartDelivery(
  tx: TxContext,
  owner: DeliveryOwner,
  id: string,
  start: () => Promise<string>,
): Promise<{ job_id: string }> {
  const delivery = await lockDelivery(tx, owner, id);
  if (!delivery) throw notFound('delivery', id);
  if (delivery.job_id !== null && (delivery.state === 'queued' || delivery.state === 'retrying')) {
    await retryWork(tx, delivery.job_id);
    return { job_id: delivery.job_id };
  }
  const job_id = await start();
  await saveDeliveryJob(tx, id, { job_id });
  if (delivery.job_id !== null) await removeWork(tx, delivery.job_id);
  return { job_id };
}
