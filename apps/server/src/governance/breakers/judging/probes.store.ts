import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { BreakerDetail } from '../breakers.schema.ts';
import type { ProbeOutcome } from '../transitions/transitions.rules.ts';
import type { JudgedRow } from './judging.store.ts';

const ofBreaker = ({ db, orgId }: Context, id: string) =>
  db.selectFrom('breaker_probes').where('org_id', '=', orgId).where('breaker_id', '=', id);

/** The runs that try whether a breaker may close, in the order in which they were let through. */
export async function listTries(ctx: Context, id: string): Promise<BreakerDetail['tries']> {
  const rows = await ofBreaker(ctx, id)
    .select(['run_id', 'granted_at', 'outcome'])
    .orderBy('granted_at')
    .orderBy('run_id')
    .execute();
  return rows as BreakerDetail['tries']; // outcomes are checked by the column's constraint
}

export async function deleteProbes({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('breaker_probes').where('org_id', '=', orgId).where('breaker_id', '=', id).execute();
}

/** Gives a run a place among the probes; one that has it keeps it. False when all places are taken. */
export async function takePlace(
  { db, orgId, now }: TxContext,
  { id, rule }: Pick<JudgedRow, 'id' | 'rule'>,
  runId: string,
): Promise<boolean> {
  const { rows } = await sql`
    insert into breaker_probes as p (org_id, breaker_id, run_id, granted_at)
    select ${orgId}, ${id}, ${runId}::uuid, ${now()}
    where (select count(*) from breaker_probes where org_id = ${orgId} and breaker_id = ${id} and run_id <> ${runId}
      and outcome is distinct from 'void') < ${rule.probes}
    on conflict (breaker_id, run_id) do update set granted_at = p.granted_at
    returning run_id`.execute(db);
  return rows.length > 0;
}

/** Runs of probes `p`, by the few days that they can be of: rows are kept by day. */
const RUN_OF_PROBE = sql`r.org_id = p.org_id and r.id = p.run_id and r.day = any(array[
  p.granted_at::date - 1, p.granted_at::date, p.granted_at::date + 1])`;

/** A run that was let through and never reported gives its place back after this time. */
const UNHEARD = sql`interval '60 s'`;

/** Frees the places of runs that nobody heard of. */
export async function dropUnheard({ db, orgId, now }: TxContext, id: string): Promise<void> {
  await sql`delete from breaker_probes p where p.org_id = ${orgId} and p.breaker_id = ${id} and p.outcome is null
    and p.granted_at < ${now()}::timestamptz - ${UNHEARD}
    and not exists (select from runs r where ${RUN_OF_PROBE})`.execute(db);
}

/** Runs of the agent that began since the breaker is half open, oldest first; replays are none. */
export async function listCandidates({ db, orgId }: TxContext, row: JudgedRow): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select r.id from runs r
    where r.org_id = ${orgId} and r.agent_id = ${row.agent_id} and r.started_at >= ${row.half_opened_at}
      and r.day >= (${row.half_opened_at}::timestamptz at time zone 'utc')::date and r.replay_id is null
      and (${row.version_id}::uuid is null or r.version_id = ${row.version_id})
      and (${row.tool}::text is null or exists (
        select from steps s where s.org_id = r.org_id and s.day = r.day and s.run_id = r.id and s.kind = 'tool'
          and s.name = ${row.tool} and s.status <> 'blocked'))
    order by r.started_at, r.id limit ${row.rule.probes}`.execute(db);
  return rows.map(({ id }) => id);
}

/** What a run that ended did, as far as its breaker looks at it. Durations are in microseconds. */
export interface EndedProbe {
  run_id: string;
  status: string;
  violations: number;
  errors: number;
  durations: number[];
}

/** The probes that ended and have no outcome yet, with their first 2,000 calls. */
export async function listEnded({ db, orgId }: TxContext, { id, tool }: JudgedRow): Promise<EndedProbe[]> {
  const { rows } = await sql<EndedProbe>`
    select p.run_id, r.status, r.violations, coalesce(c.errors, 0)::int as errors,
      coalesce(c.durations, '{}') as durations
    from breaker_probes p
      join runs r on ${RUN_OF_PROBE}
      left join lateral (
        select count(*) filter (where s.status = 'error') as errors, array_agg(coalesce(s.dur_us, 0)::float8) as durations
        from (select status, dur_us from steps
          where org_id = r.org_id and day = r.day and run_id = r.id and phase = 1 and kind in ('tool', 'llm')
            and status in ('ok', 'error') and (${tool}::text is null or (kind = 'tool' and name = ${tool}))
          order by seq limit 2000) s) c on true
    where p.org_id = ${orgId} and p.breaker_id = ${id} and p.outcome is null and r.status <> 'running'`.execute(db);
  return rows;
}

export async function saveOutcome(
  { db, orgId }: TxContext,
  id: string,
  runId: string,
  outcome: ProbeOutcome,
): Promise<void> {
  await db
    .updateTable('breaker_probes')
    .set({ outcome })
    .where('org_id', '=', orgId)
    .where('breaker_id', '=', id)
    .where('run_id', '=', runId)
    .execute();
}
