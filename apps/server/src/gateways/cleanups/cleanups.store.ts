import { sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';

/** How a gateway is reached. */
export interface GatewayAddress {
  id: string;
  url: string;
  token_enc: Buffer | null;
  workspace_root: string;
  disable_device_pairing: boolean;
  allow_insecure_tls: boolean;
}

export const listGatewayAddresses = ({ db, orgId }: TxContext, ids: string[]): Promise<GatewayAddress[]> =>
  db
    .selectFrom('gateways')
    .select(['id', 'url', 'token_enc', 'workspace_root', 'disable_device_pairing', 'allow_insecure_tls'])
    .where('org_id', '=', orgId)
    .where('id', 'in', ids)
    .execute();

export interface NewCleanup {
  id: string;
  gateway_url: string;
  gateway_token_enc: Buffer | null;
  flags: string;
  gateway_agent_id: string;
  session_key: string | null;
  workspace_path: string;
  reason: string;
}

export async function insertCleanups({ db, orgId, now }: TxContext, cleanups: NewCleanup[]): Promise<void> {
  if (cleanups.length === 0) return;
  await db
    .insertInto('gateway_cleanups')
    .values(cleanups.map((cleanup) => ({ ...cleanup, org_id: orgId, created_at: now(), next_retry_at: now() })))
    .execute();
}

/** What is still to be removed from a gateway. */
export interface Cleanup {
  id: string;
  org_id: string;
  gateway_url: string;
  gateway_token_enc: Buffer | null;
  flags: { disable_device_pairing?: boolean; allow_insecure_tls?: boolean; secret_names?: string[] };
  gateway_agent_id: string;
  session_key: string | null;
}

const FIELDS = [
  'id',
  'org_id',
  'gateway_url',
  'gateway_token_enc',
  'flags',
  'gateway_agent_id',
  'session_key',
] as const;

/** A clean-up that is not done. */
export const findCleanup = ({ db, orgId }: Context, id: string): Promise<Cleanup | undefined> =>
  db
    .selectFrom('gateway_cleanups')
    .select(FIELDS)
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('done_at', 'is', null)
    .$castTo<Cleanup>()
    .executeTakeFirst();

export async function saveCleanupDone({ db, orgId, now }: Context, id: string): Promise<void> {
  await db
    .updateTable('gateway_cleanups')
    .set({ done_at: now(), next_retry_at: null, last_error: null, gateway_token_enc: null })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** @param nextAt Null when it is given up. */
export async function saveCleanupFailure(
  { db, orgId, now }: Context,
  id: string,
  { error, nextAt }: { error: { code: string; message: string }; nextAt: Date | null },
): Promise<void> {
  await db
    .updateTable('gateway_cleanups')
    .set({
      attempts: sql`attempts + 1`,
      next_retry_at: nextAt,
      last_error: JSON.stringify({ ...error, at: now().toISOString() }),
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** Takes a due clean-up of an organization that is gone, whose jobs went with it; it is due again after `ms`. */
export async function takeOrphan({ db, now }: Platform, ms: number): Promise<Cleanup | undefined> {
  const { rows } = await sql<Cleanup>`
    update gateway_cleanups set next_retry_at = ${new Date(now().getTime() + ms)}
    where id = (select id from gateway_cleanups c
      where done_at is null and next_retry_at <= ${now()}
        and not exists (select 1 from organizations o where o.id = c.org_id)
      order by next_retry_at limit 1 for update skip locked)
    returning ${sql.join(FIELDS.map((field) => sql.ref(field)))}`.execute(db);
  return rows[0];
}

/** Forgets what was done or given up a week ago; what an organization left behind is given up after a week, too. */
export async function pruneCleanups({ db, now }: Platform): Promise<void> {
  const weekAgo = new Date(now().getTime() - 7 * 86_400_000);
  await sql`delete from gateway_cleanups c where done_at < ${weekAgo} or (created_at < ${weekAgo} and (
    next_retry_at is null or not exists (select 1 from organizations o where o.id = c.org_id)))`.execute(db);
}
