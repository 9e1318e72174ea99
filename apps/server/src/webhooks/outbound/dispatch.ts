import { type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { formatCursor } from '#server/platform/events/cursor.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { insertDelivery } from '../deliveries/deliveries.store.ts';
import { hasOutboundWebhooks, lockDispatcher, readWanted, saveDispatcher, type WantedFact } from './dispatch.store.ts';
import { MAX_ATTEMPTS, type OutgoingMessage, toMessage } from './message.ts';

const BATCH = 1_000;

/** The types that `*` stands for: those that leave a line in the history or an entry in the audit trail. */
const toRecorded = (types: EventType[]): string[] =>
  types.filter(({ activity, audit }) => activity ?? audit).map(({ type }) => type);

/**
 * Turns facts into deliveries. Reads the settled facts behind its place and moves on in the transaction that makes the
 * deliveries, so that each fact goes to each webhook exactly once; writers pay nothing, also while there are no webhooks.
 */
export async function dispatchFacts(platform: Platform, types: EventType[]): Promise<void> {
  const recorded = toRecorded(types);
  for (let read = BATCH; read === BATCH && (await hasOutboundWebhooks(platform.db)); )
    read = await platform.db.transaction().execute(async (db) => {
      const place = await lockDispatcher(db);
      if (!place) return 0;
      const { facts, end, read } = await readWanted(db, place, recorded, BATCH);
      for (const fact of facts) await enqueueFact({ ...systemContext(platform, fact.org_id), db }, fact);
      if (end) await saveDispatcher(db, end);
      return read;
    });
}

function enqueueFact(tx: TxContext, fact: WantedFact): Promise<{ id: string; job_id: string }> {
  const { webhook_id, url, org_id, org_name, subject_kind, subject_id, ...rest } = fact;
  const outgoing = {
    ...rest,
    org: { id: org_id, name: org_name },
    subject: { kind: subject_kind, id: subject_id },
  };
  const id = newId(tx.now());
  const message = toMessage(id, outgoing, tx.config.baseUrl);
  return startOutbound(tx, { id: webhook_id, url }, message, formatCursor(fact));
}

/** Puts a message on its way, in the caller's transaction. */
export async function startOutbound(
  tx: TxContext,
  webhook: { id: string; url: string },
  message: OutgoingMessage,
  eventId?: string,
): Promise<{ id: string; job_id: string }> {
  const { id, type } = message;
  const job_id = await enqueueOutbound(tx, webhook.id, id);
  await insertDelivery(tx, {
    id,
    outbound_webhook_id: webhook.id,
    job_id,
    target: webhook.url,
    event_type: type,
    ...(eventId === undefined ? {} : { event_id: eventId }),
    body: message,
  });
  return { id, job_id };
}

/** The job of a delivery, from its first try. */
export const enqueueOutbound = (tx: TxContext, webhookId: string, deliveryId: string): Promise<string> =>
  enqueueWork(tx, {
    kind: 'outbound.deliver',
    subject: { kind: 'outbound_webhook', id: webhookId },
    payload: { delivery_id: deliveryId },
    maxAttempts: MAX_ATTEMPTS,
  });
