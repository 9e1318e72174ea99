import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import type { Lease } from '../books/books.rules.ts';

export interface LeaseRef {
  id: string;
  org_id: string;
}

/** Leases whose holder, or waiter, has been silent for too long, longest first. */
export async function listDue({ db, now }: Platform, limit: number): Promise<LeaseRef[]> {
  const { rows } = await sql<LeaseRef>`
    select id, org_id from leases
    where state in ('queued', 'granted', 'expired') and expires_at <= ${now()}
    order by expires_at limit ${limit}`.execute(db);
  return rows;
}

/**
 * What telemetry reported of the runs that a lease is for, less what other leases of theirs have committed: what this
 * one used, as far as is known. 1e-8 US dollars for cost.
 */
export async function findReportedUse(
  { db, orgId }: Context,
  { id, kind }: Pick<Lease, 'id' | 'kind'>,
): Promise<number> {
  const total =
    kind === 'cost' ? sql`round(coalesce(r.cost_usd, 0) * 100000000)` : sql`r.tokens_input + r.tokens_output`;
  const { rows } = await sql<{ used: number }>`
    select (select coalesce(sum(${total}), 0) from runs r where r.org_id = l.org_id and r.root_run_id = l.run_id
        and r.agent_id = l.agent_id and r.producer_id = l.producer_id)
      - (select coalesce(sum(o.used), 0) from leases o where o.org_id = l.org_id and o.run_id = l.run_id
        and o.agent_id = l.agent_id and o.producer_id = l.producer_id and o.kind = l.kind and o.id <> l.id) as used
    from leases l where l.org_id = ${orgId} and l.id = ${id}`.execute(db);
  return rows[0]?.used ?? 0;
}

/** Settled leases, newest for their runs, whose runs have reported more since than was committed for them. */
export async function listReportedLate({ db }: Platform, since: Date, limit: number): Promise<LeaseRef[]> {
  const { rows } = await sql<LeaseRef>`
    with late as (
      select distinct on (org_id, run_id, agent_id, producer_id, kind) *
      from leases where state = 'settled' and kind in ('tokens', 'cost') and ended_at > ${since}
      order by org_id, run_id, agent_id, producer_id, kind, created_at desc)
    select l.id, l.org_id from late l
    where (select coalesce(sum(case l.kind when 'cost' then round(coalesce(r.cost_usd, 0) * 100000000)
          else r.tokens_input + r.tokens_output end), 0)
        from runs r where r.org_id = l.org_id and r.root_run_id = l.run_id and r.agent_id = l.agent_id
          and r.producer_id = l.producer_id)
      > (select coalesce(sum(o.used), 0) from leases o where o.org_id = l.org_id and o.run_id = l.run_id
        and o.agent_id = l.agent_id and o.producer_id = l.producer_id and o.kind = l.kind)
    limit ${limit}`.execute(db);
  return rows;
}
