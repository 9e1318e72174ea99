import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { deliveryState } from '../deliveries/delivery-state.sql.ts';
import type { OutboundWebhookRead } from './outbound-webhooks.schema.ts';

export interface OutboundValues {
  name?: string;
  url?: string;
  event_types?: string[];
  board_ids?: string[] | null;
  enabled?: boolean;
  paused_reason?: string | null;
  failures?: number;
  active_since?: Date;
}

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('outbound_webhooks as w')
    .select(['w.id', 'w.org_id as organization_id', 'w.name', 'w.url', 'w.event_types', 'w.board_ids', 'w.enabled'])
    .select(['w.paused_reason', 'w.version', 'w.created_at', 'w.updated_at'])
    .select([
      sql<boolean>`w.secret_enc is not null`.as('has_secret'),
      sql<number>`(select count(*)::int from webhook_deliveries d left join work_jobs j on j.id = d.job_id
        where d.org_id = w.org_id and d.outbound_webhook_id = w.id and ${deliveryState} = 'dead')`.as(
        'failed_deliveries',
      ),
    ])
    .where('w.org_id', '=', orgId);

/** Newest first, one more than the limit. */
export const listOutboundWebhooks = (
  ctx: Context,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<OutboundWebhookRead[]> =>
  select(ctx)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(w.created_at, w.id) < (${after?.[0]}::timestamptz, ${after?.[1]}::uuid)`),
    )
    .orderBy('w.created_at', 'desc')
    .orderBy('w.id', 'desc')
    .limit(limit + 1)
    .execute();

export const findOutboundWebhook = (ctx: Context, id: string): Promise<OutboundWebhookRead | undefined> =>
  select(ctx).where('w.id', '=', id).executeTakeFirst();

export const lockOutboundWebhook = (ctx: TxContext, id: string): Promise<OutboundWebhookRead | undefined> =>
  select(ctx).where('w.id', '=', id).forUpdate('w').executeTakeFirst();

export async function insertOutboundWebhook(
  { db, orgId, now }: TxContext,
  row: OutboundValues & { id: string; name: string; url: string; event_types: string[]; secret_enc: Buffer },
): Promise<void> {
  const at = now();
  await db
    .insertInto('outbound_webhooks')
    .values({ active_since: at, ...row, org_id: orgId, created_at: at, updated_at: at })
    .execute();
}

export async function saveOutboundWebhook(
  { db, orgId, now }: TxContext,
  id: string,
  values: OutboundValues,
): Promise<void> {
  await db
    .updateTable('outbound_webhooks')
    .set({ ...values, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function removeOutboundWebhook({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('outbound_webhooks').where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** How many sends in a row have failed, this one included; undefined for a webhook that is gone or switched off. */
export async function addFailure({ db, orgId }: TxContext, id: string): Promise<number | undefined> {
  const row = await db
    .updateTable('outbound_webhooks')
    .set({ failures: sql`failures + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('enabled', '=', true)
    .returning('failures')
    .executeTakeFirst();
  return row?.failures;
}

/** A send was taken. */
export async function clearFailures({ db, orgId }: Context, id: string): Promise<void> {
  await db
    .updateTable('outbound_webhooks')
    .set({ failures: 0 })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('failures', '>', 0)
    .execute();
}

export const findOrgName = ({ db, orgId }: Context): Promise<{ name: string }> =>
  db.selectFrom('organizations').select('name').where('id', '=', orgId).executeTakeFirstOrThrow();

/** The deliveries of an outbound webhook that were given up, oldest first. */
export async function listDeadDeliveries({ db, orgId }: TxContext, id: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select d.id from webhook_deliveries d left join work_jobs j on j.id = d.job_id
    where d.org_id = ${orgId} and d.outbound_webhook_id = ${id} and ${deliveryState} = 'dead'
    order by d.created_at, d.id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}
