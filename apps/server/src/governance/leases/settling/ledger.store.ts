import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';

/** A scope whose counters are not what its ledger sums up to. */
export interface Difference {
  org_id: string;
  key: string;
  committed: number;
  reserved: number;
  ledger_committed: number;
  ledger_reserved: number;
}

/** Compares all counters with the sums of the ledger, in one snapshot. */
export async function listDifferences({ db }: Pick<Platform, 'db'>, limit: number): Promise<Difference[]> {
  const { rows } = await sql<Difference>`
    with sums as (
      select l.org_id, key, sum(l.committed) as committed, sum(l.reserved) as reserved
      from lease_ledger l cross join unnest(l.keys) as key group by l.org_id, key)
    select s.org_id, s.key, s.committed, s.reserved, coalesce(sums.committed, 0) as ledger_committed,
      coalesce(sums.reserved, 0) as ledger_reserved
    from lease_scopes s left join sums on sums.org_id = s.org_id and sums.key = s.key
    where (s.committed, s.reserved) is distinct from (coalesce(sums.committed, 0), coalesce(sums.reserved, 0))
    order by s.org_id, s.key limit ${limit}`.execute(db);
  return rows;
}

/** Forgets scopes that nobody has touched: runs, hours and days since `before`, tasks since `beforeOfTasks`. */
export const removeOldScopes = ({ db }: Platform, before: Date, beforeOfTasks: Date) =>
  sql`delete from lease_scopes where reserved = 0
    and updated_at < case when key like '%:task:%' then ${beforeOfTasks}::timestamptz else ${before} end`.execute(db);

export const removeOldLeases = ({ db }: Platform, before: Date) =>
  sql`delete from leases where state in ('released', 'settled') and ended_at < ${before}`.execute(db);

/** Movements of long ago become one for each scope that there still is. */
export const foldLedger = ({ db, now }: Platform, before: Date) =>
  sql`
    with old as (delete from lease_ledger where at < ${before} returning org_id, keys, reserved, committed)
    insert into lease_ledger (org_id, keys, reserved, committed, reason, at)
    select o.org_id, array[key], sum(o.reserved), sum(o.committed), 'folded', ${now()}
    from old o cross join unnest(o.keys) as key
    where exists (select from lease_scopes s where s.org_id = o.org_id and s.key = key)
    group by o.org_id, key`.execute(db);
