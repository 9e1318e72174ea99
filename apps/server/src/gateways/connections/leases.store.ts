import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';

/** Takes the right to write a gateway's configuration, or keeps it; false while another has it. */
export async function takeConfigLease(
  { db, orgId }: Context,
  { gatewayId, holder, ms }: { gatewayId: string; holder: string; ms: number },
): Promise<boolean> {
  const { rows } = await sql`
    insert into gateway_leases as lease (gateway_id, purpose, holder, held_until)
    select id, 'config', ${holder}, clock_timestamp() + ${ms} * interval '1 ms'
    from gateways where org_id = ${orgId} and id = ${gatewayId}
    on conflict (gateway_id, purpose) do update set holder = excluded.holder, held_until = excluded.held_until
    where lease.holder = excluded.holder or lease.held_until < clock_timestamp()
    returning gateway_id`.execute(db);
  return rows.length > 0;
}

/** What a link to a gateway is made of. */
export interface SupervisedRow {
  id: string;
  org_id: string;
  url: string;
  token_enc: Buffer | null;
  allow_insecure_tls: boolean;
  disable_device_pairing: boolean;
  status: string;
}

/**
 * Takes the connections that nobody holds and keeps those that `holder` has: the gateways that it is to be connected
 * to. Those that were never checked (`unknown`) are nobody's.
 */
export async function takeConnections({ db }: Platform, holder: string, ms: number): Promise<SupervisedRow[]> {
  const { rows } = await sql<SupervisedRow>`
    with wanted as (
      select id, org_id, url, token_enc, allow_insecure_tls, disable_device_pairing, status
      from gateways where status <> 'unknown'),
    held as (
      insert into gateway_leases as lease (gateway_id, purpose, holder, held_until)
      select id, 'connection', ${holder}, clock_timestamp() + ${ms} * interval '1 ms' from wanted
      on conflict (gateway_id, purpose) do update set holder = excluded.holder, held_until = excluded.held_until
      where lease.holder = excluded.holder or lease.held_until < clock_timestamp()
      returning gateway_id)
    select wanted.* from wanted join held on held.gateway_id = wanted.id`.execute(db);
  return rows;
}

/** Lets go what `holder` has: another takes it at once. */
export async function releaseLeases({ db }: Pick<Platform, 'db'>, holder: string): Promise<void> {
  await db.deleteFrom('gateway_leases').where('holder', '=', holder).execute();
}
