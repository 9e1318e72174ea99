import { type RawBuilder, sql } from 'kysely';
import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import type { Tx } from '#server/platform/postgres/database.ts';
import { toRunDay } from '../runs/run-day.rules.ts';
import type { Tombstone } from './erasure.schema.ts';

/** Tables that hold what a run left, by the day of the run. */
const OF_RUNS = ['runs', 'steps', 'run_events', 'decisions'];

/** Hides a run at once and leaves its tombstone; gives the ids that were there. */
export const buryRun = (tx: TxContext, id: string): Promise<string[]> =>
  bury(tx, sql`r.day = ${toRunDay(id) ?? null}::date and r.id = ${id}`);

/** The same for the runs of an end user and those that they started; not for what started theirs. */
export const buryRunsOfUser = (tx: TxContext, userRef: string): Promise<string[]> =>
  bury(
    tx,
    sql`(r.day, r.id) in (
      with recursive theirs as (
        select day, id, root_run_id from runs where org_id = ${tx.orgId} and user_ref = ${userRef}
        union
        select c.day, c.id, c.root_run_id from theirs t join runs c on c.org_id = ${tx.orgId}
          and c.root_run_id = t.root_run_id and c.parent_run_id = t.id)
      select day, id from theirs)`,
  );

async function bury(tx: TxContext, which: RawBuilder<unknown>): Promise<string[]> {
  const { rows } = await sql<{ run_id: string }>`
    with gone as (
      delete from runs r where r.org_id = ${tx.orgId} and ${which} returning r.org_id, r.id, r.day,
        case when r.source = 'otlp' then r.trace_id end as trace_id)
    insert into run_tombstones (org_id, run_id, day, trace_id, deleted_by, deleted_at)
    select org_id, id, day, trace_id, ${JSON.stringify(tx.actor)}::jsonb, ${tx.now()} from gone
    on conflict (org_id, run_id) do update set erased_at = null
    returning run_id`.execute(tx.db);
  return rows.map(({ run_id }) => run_id);
}

export async function findTombstone({ db, orgId }: Context, runId: string): Promise<Tombstone | undefined> {
  const { rows } = await sql<Tombstone>`
    select run_id, deleted_at from run_tombstones where org_id = ${orgId} and run_id = ${runId}`.execute(db);
  return rows[0];
}

export interface Grave {
  org_id: string;
  run_id: string;
  day: string;
  trace_id: string | null;
}

/** No process may report an older run: the longest retention, and two days for clocks. */
const LONGEST_KEPT_MS = 32 * 86_400_000;

/** Buried runs of which something is left, or came late: at most `limit`, oldest first. */
export async function listGraves({ db, now }: Platform, limit: number): Promise<Grave[]> {
  const { rows } = await sql<Grave>`
    select t.org_id, t.run_id, t.day, t.trace_id from run_tombstones t where t.erased_at is null
    union
    select t.org_id, t.run_id, t.day, t.trace_id from run_tombstones t
    join runs r on r.org_id = t.org_id and r.day = t.day and r.id = t.run_id
    where t.day > ${new Date(now().getTime() - LONGEST_KEPT_MS)}::date
    limit ${limit}`.execute(db);
  return rows;
}

/** Removes the rows of buried runs. */
export async function eraseRows(db: Tx, graves: readonly Grave[]): Promise<void> {
  for (const table of OF_RUNS)
    await sql`
      delete from ${sql.table(table)} x using ${unnestGraves(graves)}
      where x.org_id = g.org_id and x.day = g.day and x.${sql.ref(table === 'runs' ? 'id' : 'run_id')} = g.run_id`.execute(
      db,
    );
  await sql`
    delete from otlp_spans s using ${unnestGraves(graves)}
    where s.org_id = g.org_id and s.trace_id = g.trace_id::uuid`.execute(db);
}

/**
 * Removes the references of buried runs and the payloads that no other run of their day refers to. Writers of payloads
 * wait for it, and it for them: a reference that is not committed yet cannot be seen, and its payload must stay.
 */
export async function eraseBlobs(db: Tx, graves: readonly Grave[]): Promise<void> {
  await sql`lock table only blobs in share row exclusive mode`.execute(db);
  await sql`
    with gone as (
      delete from blob_refs r using ${unnestGraves(graves)}
      where r.org_id = g.org_id and r.day = g.day and r.run_id = g.run_id
      returning r.org_id, r.day, r.hash, r.run_id)
    delete from blobs b using gone
    where b.org_id = gone.org_id and b.day = gone.day and b.hash = gone.hash and not exists (
      select from blob_refs r where r.org_id = b.org_id and r.day = b.day and r.hash = b.hash
      and not exists (select from gone o where o.org_id = r.org_id and o.day = r.day and o.hash = r.hash and o.run_id = r.run_id))`.execute(
    db,
  );
}

export async function saveErased({ db, now }: Platform, graves: readonly Grave[]): Promise<void> {
  await sql`
    update run_tombstones t set erased_at = ${now()} from ${unnestGraves(graves)}
    where t.org_id = g.org_id and t.run_id = g.run_id`.execute(db);
}

const unnestGraves = (graves: readonly Grave[]) => sql`unnest(
  ${graves.map(({ org_id }) => org_id)}::uuid[], ${graves.map(({ run_id }) => run_id)}::uuid[],
  ${graves.map(({ day }) => day)}::date[], ${graves.map(({ trace_id }) => trace_id)}::text[]
) as g(org_id, run_id, day, trace_id)`;
