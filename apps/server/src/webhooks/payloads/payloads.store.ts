import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import { deliveryState } from '../deliveries/delivery-state.sql.ts';
import type { BoardWebhookPayloadRead } from './payloads.schema.ts';

/** A list shows this many characters of each payload, so that a page of large ones stays small. */
const LIST_CHARS = 65_536;
const PRUNE_BATCH = 1_000;

const wholePayload = sql<unknown>`p.payload`.as('payload');
const isCut = sql<boolean>`char_length(p.payload::text) > ${LIST_CHARS}`;
const listedPayload = sql<unknown>`case when ${isCut}
  then to_jsonb(left(p.payload #>> '{}', ${LIST_CHARS - 3}) || '...') else p.payload end`.as('payload');

/** The payloads of one webhook. */
export interface PayloadPlace {
  boardId: string;
  webhookId: string;
}

const select = ({ db, orgId }: Context, { boardId, webhookId }: PayloadPlace) =>
  db
    .selectFrom('board_webhook_payloads as p')
    .leftJoin('webhook_deliveries as d', (join) =>
      join.onRef('d.org_id', '=', 'p.org_id').onRef('d.payload_id', '=', 'p.id').on('d.webhook_id', 'is not', null),
    )
    .leftJoin('work_jobs as j', 'j.id', 'd.job_id')
    .select(['p.id', 'p.board_id', 'p.webhook_id', 'p.headers', 'p.source_ip', 'p.content_type', 'p.received_at'])
    .select(deliveryState.as('delivery_state'))
    .where('p.org_id', '=', orgId)
    .where('p.board_id', '=', boardId)
    .where('p.webhook_id', '=', webhookId);

/** Newest first, large payloads cut; with how many there are. */
export async function listPayloads(ctx: Context, place: PayloadPlace, page: { limit: number; offset: number }) {
  const [items, { total }] = await Promise.all([
    select(ctx, place)
      .select([listedPayload, isCut.as('truncated')])
      .orderBy('p.received_at', 'desc')
      .orderBy('p.id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .$castTo<BoardWebhookPayloadRead>()
      .execute(),
    ctx.db
      .selectFrom('board_webhook_payloads')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('org_id', '=', ctx.orgId)
      .where('board_id', '=', place.boardId)
      .where('webhook_id', '=', place.webhookId)
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total, ...page };
}

export const findPayload = (
  ctx: Context,
  place: PayloadPlace,
  id: string,
): Promise<BoardWebhookPayloadRead | undefined> =>
  select(ctx, place)
    .select([wholePayload, sql<boolean>`false`.as('truncated')])
    .where('p.id', '=', id)
    .$castTo<BoardWebhookPayloadRead>()
    .executeTakeFirst();

export interface NewPayload {
  id: string;
  board_id: string;
  webhook_id: string;
  payload: unknown;
  headers: Record<string, string>;
  source_ip: string;
  content_type: string | null;
  idempotency_key: string | null;
}

/** False when the sender's key is known already; nothing is stored then. */
export async function insertPayload({ db, orgId, now }: TxContext, payload: NewPayload): Promise<boolean> {
  const row = await db
    .insertInto('board_webhook_payloads')
    .values({
      ...payload,
      org_id: orgId,
      payload: JSON.stringify(payload.payload),
      headers: JSON.stringify(payload.headers),
      received_at: now(),
    })
    .onConflict((conflict) => conflict.columns(['webhook_id', 'idempotency_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** The payload that came first under a sender's key, and whether it is this one. */
export const findRepeated = (
  { db, orgId }: TxContext,
  { webhook_id, idempotency_key, payload }: NewPayload,
): Promise<{ id: string; is_same: boolean }> =>
  db
    .selectFrom('board_webhook_payloads')
    .select(['id', sql<boolean>`payload = ${JSON.stringify(payload)}::jsonb`.as('is_same')])
    .where('org_id', '=', orgId)
    .where('webhook_id', '=', webhook_id)
    .where('idempotency_key', '=', idempotency_key)
    .executeTakeFirstOrThrow();

/** Forgets payloads, with their deliveries, whose days are over. */
export async function prunePayloads({ db, config, now }: Platform): Promise<void> {
  const before = new Date(now().getTime() - config.webhookRetentionDays * 86_400_000);
  for (let removed = PRUNE_BATCH; removed === PRUNE_BATCH; ) {
    const { numAffectedRows } = await sql`delete from board_webhook_payloads where id in (
      select id from board_webhook_payloads where received_at < ${before} order by received_at
      limit ${PRUNE_BATCH})`.execute(db);
    removed = Number(numAffectedRows ?? 0);
  }
}
