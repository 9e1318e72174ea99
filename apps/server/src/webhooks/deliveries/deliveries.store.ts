import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import type { WebhookDeliveryQuery, WebhookDeliveryRead } from './deliveries.schema.ts';
import { deliveryState } from './delivery-state.sql.ts';

/** Whose deliveries: those of an inbound or of an outbound webhook. */
export type DeliveryOwner = { webhook_id: string } | { outbound_webhook_id: string };

const toColumn = (owner: DeliveryOwner) => ('webhook_id' in owner ? 'd.webhook_id' : 'd.outbound_webhook_id');
const toId = (owner: DeliveryOwner) => ('webhook_id' in owner ? owner.webhook_id : owner.outbound_webhook_id);

const lastError = sql<WebhookDeliveryRead['last_error']>`case when j.state <> 'succeeded' and j.error is not null then
  j.error || jsonb_build_object('at', to_char(j.updated_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) end`;

const select = ({ db, orgId }: Context, owner: DeliveryOwner) =>
  db
    .selectFrom('webhook_deliveries as d')
    .leftJoin('work_jobs as j', 'j.id', 'd.job_id')
    .select(['d.id', 'd.payload_id', 'd.event_id', 'd.event_type', 'd.target', 'd.created_at'])
    .select([
      sql<string>`coalesce(d.webhook_id, d.outbound_webhook_id)`.as('webhook_id'),
      deliveryState.as('state'),
      sql<number>`coalesce(j.attempts, d.attempts)`.as('attempts'),
      lastError.as('last_error'),
      sql<string | null>`case when j.state = 'queued' then j.next_retry_at end`.as('next_retry_at'),
      sql<string | null>`coalesce(d.delivered_at, case when j.state = 'succeeded' then j.updated_at end)`.as(
        'delivered_at',
      ),
    ])
    .where('d.org_id', '=', orgId)
    .where(toColumn(owner), '=', toId(owner));

/** Newest first, one more than the limit. */
export function listDeliveries(
  ctx: Context,
  owner: DeliveryOwner,
  { limit, state }: WebhookDeliveryQuery,
  after: readonly [string, string] | undefined,
): Promise<WebhookDeliveryRead[]> {
  return select(ctx, owner)
    .$if(state !== undefined, (query) => query.where(sql<boolean>`${deliveryState} = ${state}`))
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(d.created_at, d.id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
    )
    .orderBy('d.created_at', 'desc')
    .orderBy('d.id', 'desc')
    .limit(limit + 1)
    .execute();
}

/** With the job that does it. */
export const lockDelivery = (
  ctx: TxContext,
  owner: DeliveryOwner,
  id: string,
): Promise<(WebhookDeliveryRead & { job_id: string | null }) | undefined> =>
  select(ctx, owner).select('d.job_id').where('d.id', '=', id).forUpdate('d').executeTakeFirst();

export type NewDelivery = DeliveryOwner & {
  id: string;
  job_id: string;
  target: string;
  payload_id?: string;
  event_id?: string;
  event_type?: string;
  /** What an outbound delivery posts. */
  body?: object;
};

export async function insertDelivery({ db, orgId, now }: TxContext, { body, ...row }: NewDelivery): Promise<void> {
  await db
    .insertInto('webhook_deliveries')
    .values({ ...row, body: body && JSON.stringify(body), org_id: orgId, created_at: now() })
    .execute();
}

/** Hands a delivery to a job, from the beginning. */
export async function saveDeliveryJob(
  { db, orgId }: TxContext,
  id: string,
  values: { job_id: string; target?: string },
): Promise<void> {
  await db
    .updateTable('webhook_deliveries')
    .set({ ...values, state: 'queued', attempts: 0, delivered_at: null })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** Keeps what jobs came to, before they are forgotten. */
export async function settleDeliveries({ db }: Platform): Promise<void> {
  await sql`
    update webhook_deliveries d set attempts = j.attempts,
      state = case when j.state = 'succeeded' then 'delivered' else 'dead' end,
      delivered_at = case when j.state = 'succeeded' then j.updated_at end
    from work_jobs j
    where j.id = d.job_id and j.state in ('succeeded', 'failed', 'dead')
      and (d.state = 'queued' or (d.state = 'dead') = (j.state = 'succeeded'))`.execute(db);
}
