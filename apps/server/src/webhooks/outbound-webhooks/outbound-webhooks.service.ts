import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { assertBoardAccess } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { assertTarget } from '#server/platform/outgoing/targets.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { startDispatching } from '../outbound/dispatch.store.ts';
import { placeOfSecret } from '../outbound/post.ts';
import { outboundWebhookCreated, outboundWebhookDeleted, outboundWebhookUpdated } from './outbound-webhooks.events.ts';
import { assertTypes } from './outbound-webhooks.rules.ts';
import type {
  OutboundWebhookCreate,
  OutboundWebhookCreated,
  OutboundWebhookRead,
  OutboundWebhookUpdate,
} from './outbound-webhooks.schema.ts';
import {
  findOutboundWebhook,
  insertOutboundWebhook,
  lockOutboundWebhook,
  type OutboundValues,
  removeOutboundWebhook,
  saveOutboundWebhook,
} from './outbound-webhooks.store.ts';

/** Throws `outbound_webhook.not_found`. */
export async function getOutboundWebhook(ctx: Context, id: string): Promise<OutboundWebhookRead> {
  const webhook = await findOutboundWebhook(ctx, id);
  if (!webhook) throw notFound('outbound_webhook', id);
  return webhook;
}

/**
 * Sends facts to an address from now on; the answer alone holds the secret. Throws `target.forbidden`, `request.invalid`
 * for unknown types, `board.not_found`, `board.access_denied`.
 */
export function createOutboundWebhook(
  ctx: Context,
  input: OutboundWebhookCreate,
  knownTypes: string[],
): Promise<OutboundWebhookCreated> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  return inTransaction(ctx, async (tx) => {
    await assertSubscription(tx, input, knownTypes);
    const id = newId(tx.now());
    await insertOutboundWebhook(tx, { ...input, id, secret_enc: tx.secrets.encrypt(secret, placeOfSecret(id)) });
    if (input.enabled) await startDispatching(tx, id);
    const outbound_webhook = await getOutboundWebhook(tx, id);
    await publish(tx, outboundWebhookCreated, { subjectId: id, data: { outbound_webhook } });
    return { ...outbound_webhook, secret };
  });
}

/** Whose webhook, and what the caller saw of it. */
export interface OutboundPlace {
  id: string;
  version: number | undefined;
}

/** Changes what is sent where; switching on forgets past failures. Throws as creating, `resource.version_conflict`. */
export function updateOutboundWebhook(
  ctx: Context,
  { id, version }: OutboundPlace,
  { version: _, ...patch }: OutboundWebhookUpdate,
  knownTypes: string[],
): Promise<OutboundWebhookRead> {
  return inTransaction(ctx, async (tx) => {
    const stored = await lockExisting(tx, id);
    assertVersion(stored.version, version);
    const wanted = { ...stored, ...patch };
    if (isDeepStrictEqual(wanted, stored)) return stored;
    await assertSubscription(tx, wanted, knownTypes);
    const { name, url, event_types, board_ids, enabled } = wanted;
    const isStarting = enabled && !stored.enabled;
    const values: OutboundValues = { name, url, event_types, board_ids, enabled };
    await saveOutboundWebhook(
      tx,
      id,
      isStarting ? { ...values, failures: 0, paused_reason: null, active_since: tx.now() } : values,
    );
    if (isStarting) await startDispatching(tx, id);
    const outbound_webhook = await getOutboundWebhook(tx, id);
    await publish(tx, outboundWebhookUpdated, { subjectId: id, data: { outbound_webhook } });
    return outbound_webhook;
  });
}

/** Throws `outbound_webhook.not_found`. What was not sent is not sent any more. */
export function deleteOutboundWebhook(ctx: Context, { id, version }: OutboundPlace): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const outbound_webhook = await lockExisting(tx, id);
    assertVersion(outbound_webhook.version, version);
    await removeOutboundWebhook(tx, id);
    await publish(tx, outboundWebhookDeleted, { subjectId: id, data: { outbound_webhook } });
  });
}

/** Nobody sends facts of a board elsewhere that they may not read themselves. */
async function assertSubscription(
  tx: TxContext,
  { url, event_types, board_ids }: Pick<OutboundWebhookRead, 'url' | 'event_types' | 'board_ids'>,
  knownTypes: string[],
): Promise<void> {
  assertTarget(url, { allowPrivate: tx.config.allowPrivateTargets });
  assertTypes(event_types, knownTypes);
  for (const boardId of board_ids ?? []) await assertBoardAccess(tx, boardId, 'read');
  const { caller } = tx;
  if (board_ids === null && caller.kind === 'user' && !caller.allBoardsRead && !caller.allBoardsWrite)
    throw new Problem('board.access_denied', 403, 'Name boards that you may read: you may not read all of them.');
}

async function lockExisting(tx: TxContext, id: string): Promise<OutboundWebhookRead> {
  const webhook = await lockOutboundWebhook(tx, id);
  if (!webhook) throw notFound('outbound_webhook', id);
  return webhook;
}
