import { toFenced, toLine } from '#server/agents/index.ts';
import { recordMemory } from '#server/boards/index.ts';
import { type Context, inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import type { RateLimiter } from '#server/platform/http/limits/rate-limit.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { openSecrets } from '../board-webhooks/board-webhooks.service.ts';
import {
  type CalledWebhook,
  findBoardOrg,
  findCalledWebhook,
  saveReceived,
} from '../board-webhooks/board-webhooks.store.ts';
import { webhookReceived } from '../deliveries/deliveries.events.ts';
import { startDelivery } from '../deliveries/deliveries.service.ts';
import { toPreview } from '../payloads/payload-text.rules.ts';
import { findRepeated, insertPayload, type NewPayload } from '../payloads/payloads.store.ts';
import { parseBody } from './body.rules.ts';
import type { BoardWebhookIngestResponse } from './ingest.schema.ts';
import { assertSigned, toKeptHeaders } from './signature.ts';

const MAX_KEY = 200;

/** Where a call goes, and from which address it came. */
export interface CallPlace {
  boardId: string;
  webhookId: string;
  ip: string;
  requestId: string;
}

/** A call that may be read: its webhook, and who acts from now on. */
export interface AdmittedCall extends CallPlace {
  ctx: Context;
  webhook: CalledWebhook;
}

/**
 * Lets a call in, before its body is read. Throws `board.not_found`, `rate_limit.exceeded`, `webhook.not_found`,
 * `webhook.disabled`, in this order.
 */
export async function admitCall(platform: Platform, limiter: RateLimiter, place: CallPlace): Promise<AdmittedCall> {
  const { boardId, webhookId, ip, requestId } = place;
  const { rateLimits } = platform.config;
  const orgId = await findBoardOrg(platform.db, boardId);
  if (orgId === undefined) throw notFound('board', boardId);
  limiter.take(`webhook_ip:${webhookId}:${ip}`, rateLimits.webhookIp);
  limiter.take(`webhook:${webhookId}`, rateLimits.webhook);
  const actor = { kind: 'webhook', id: webhookId } as const;
  const request = { id: requestId, ip };
  const ctx: Context = { ...systemContext(platform, orgId), actor, caller: { kind: 'webhook' }, request };
  const webhook = await findCalledWebhook(ctx, boardId, webhookId);
  if (!webhook) throw notFound('webhook', webhookId);
  if (!webhook.enabled) throw new Problem('webhook.disabled', 410, 'This webhook is switched off.');
  return { ...place, ctx, webhook };
}

/** What came with an admitted call; header names are in lower case. */
export interface CallContent {
  headers: Record<string, string>;
  body: Buffer;
}

/**
 * Keeps a call: its payload, a row of the board's memory and the delivery to an agent, in one transaction. A call that
 * repeats the sender's key (`Idempotency-Key` or `Webhook-Id`) is answered as the first was. Throws
 * `webhook.signature_missing`, `webhook.signature_invalid`, `idempotency.key_reused`.
 */
export async function receiveCall(
  { ctx, webhook, ...place }: AdmittedCall,
  { headers, body }: CallContent,
): Promise<BoardWebhookIngestResponse> {
  const header = webhook.signature_header;
  assertSigned({ headers, body }, { secrets: openSecrets(ctx, webhook), header, now: ctx.now() });
  const contentType = headers['content-type']?.slice(0, 500) ?? null;
  const payload: NewPayload = {
    id: newId(ctx.now()),
    board_id: place.boardId,
    webhook_id: webhook.id,
    payload: parseBody(body, contentType),
    headers: toKeptHeaders(headers, header),
    source_ip: place.ip,
    content_type: contentType,
    idempotency_key: findSenderKey(headers),
  };
  const payload_id = await inTransaction(ctx, (tx) => storeCall(tx, webhook, payload));
  return { ok: true, board_id: place.boardId, webhook_id: webhook.id, payload_id };
}

function findSenderKey(headers: Record<string, string>): string | null {
  const key = (headers['idempotency-key'] ?? headers['webhook-id'])?.trim();
  return key && key.length <= MAX_KEY ? key : null;
}

async function storeCall(tx: TxContext, webhook: CalledWebhook, payload: NewPayload): Promise<string> {
  if (!(await insertPayload(tx, payload))) return getRepeated(tx, payload);
  const { id, board_id: boardId, content_type } = payload;
  await saveReceived(tx, webhook.id);
  await recordMemory(tx, boardId, toMemory(webhook, payload));
  await startDelivery(tx, { boardId, webhookId: webhook.id, payloadId: id });
  const data = { webhook_id: webhook.id, payload_id: id, description: toLine(webhook.description), content_type };
  await publish(tx, webhookReceived, { subjectId: webhook.id, boardId, data });
  return id;
}

async function getRepeated(tx: TxContext, payload: NewPayload): Promise<string> {
  const { id, is_same } = await findRepeated(tx, payload);
  if (is_same) return id;
  throw new Problem('idempotency.key_reused', 409, 'This key came with another body before.');
}

const toMemory = ({ id, description }: CalledWebhook, payload: NewPayload) => ({
  content: [
    `Webhook received: ${toLine(description)}`,
    `Webhook: ${id}`,
    `Payload: ${payload.id}`,
    `Read it with GET /api/v1/agent/boards/${payload.board_id}/webhooks/${id}/payloads/${payload.id}`,
    toFenced('Preview', toPreview(payload.payload)),
  ].join('\n'),
  tags: ['webhook', `webhook:${id}`, `payload:${payload.id}`],
  source: 'webhook',
});
