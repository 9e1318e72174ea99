import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import type { AssessedCall } from '../../risk/risk.store.ts';
import type { ViolationContext } from '../violations.schema.ts';

/** How many are assessed in one go. */
const BATCH = 500;
/** So many steps before a violation are kept, and payloads up to this size. */
const KEPT_STEPS = 20;
const MAX_PAYLOAD = 65_536;

/** A violation that was not assessed yet. */
export interface BareViolation extends AssessedCall {
  seq: number | null;
}

/** Organizations with violations that were not assessed yet. */
export async function listOrganizations({ db }: Platform): Promise<string[]> {
  const rows = await db.selectFrom('violations').select('org_id').distinct().where('risk_score', 'is', null).execute();
  return rows.map(({ org_id }) => org_id);
}

/** Newest first, for somebody may be looking at them. */
export async function listBare({ db, orgId }: Context): Promise<BareViolation[]> {
  const rows = await db
    .selectFrom('violations')
    .select(['id', 'agent_id', 'version_id', 'run_id', 'tool', 'ts', 'args_view', 'seq'])
    .where('org_id', '=', orgId)
    .where('risk_score', 'is', null)
    .orderBy('ts', 'desc')
    .limit(BATCH)
    .execute();
  return rows;
}

/** What the run of a violation had done before it. */
export interface RunPast {
  context: ViolationContext;
  history_hash: string;
}

/** What stands of the run before a violation; undefined when the run is gone. */
export async function findPast({ db, orgId }: Context, { run_id, seq }: BareViolation): Promise<RunPast | undefined> {
  if (run_id === null) return undefined;
  const day = sql`(to_timestamp(${Number.parseInt(run_id.replaceAll('-', '').slice(0, 12), 16)} / 1000.0)
    at time zone 'utc')::date`;
  const { rows } = await sql<{
    name: string | null;
    steps: (ViolationContext['steps'][number] & { args: string })[];
    last_call: ViolationContext['last_call'];
  }>`
    with s as (
      select * from steps where org_id = ${orgId} and day = ${day} and run_id = ${run_id} and phase = 1
        and seq < ${seq ?? Number.MAX_SAFE_INTEGER} order by seq desc limit ${KEPT_STEPS})
    select r.name,
      coalesce((select jsonb_agg(jsonb_build_object('seq', s.seq, 'key', s.key, 'kind', s.kind, 'name', s.name,
        'status', s.status, 'ts', s.started_at, 'args', coalesce(s.args_hash, '')) order by s.seq) from s), '[]') as steps,
      (select jsonb_build_object('key', s.key,
          'in', case when pg_column_size(s.in_payload) <= ${MAX_PAYLOAD} then s.in_payload end,
          'out', case when pg_column_size(s.out_payload) <= ${MAX_PAYLOAD} then s.out_payload end)
        from s where s.kind = 'llm' order by s.seq desc limit 1) as last_call
    from runs r where r.org_id = ${orgId} and r.day = ${day} and r.id = ${run_id}`.execute(db);
  const [row] = rows;
  if (!row) return undefined;
  const hash = createHash('sha256');
  for (const { key, status, args } of row.steps) hash.update(`${key} ${status} ${args}\n`);
  const steps = row.steps.map(({ args: _, ...step }) => step);
  return { context: { run_name: row.name, steps, last_call: row.last_call }, history_hash: hash.digest('hex') };
}

/** What assessing found out about a violation. */
export interface Assessment {
  id: string;
  risk_score: number;
  risk_factors: object[];
  past: RunPast | undefined;
}

export async function saveAssessments({ db, orgId }: Context, assessments: readonly Assessment[]): Promise<void> {
  const given = assessments.map(({ past, ...rest }) => ({ ...rest, ...past }));
  await sql`
    update violations v set risk_score = g.risk_score, risk_factors = g.risk_factors, context = g.context,
      history_hash = g.history_hash, approval_id = coalesce(v.approval_id, (
        select a.id from approvals a where a.org_id = v.org_id and a.run_id = v.run_id and a.step_key = v.step_key
          and a.created_at <= v.ts + interval '10 seconds' order by a.created_at desc limit 1))
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (id uuid, risk_score float8, risk_factors jsonb,
      context jsonb, history_hash text)
    where v.org_id = ${orgId} and v.id = g.id`.execute(db);
}

/** The context goes after 30 days, the violation after a year. */
export async function pruneViolations({ db, now }: Platform): Promise<void> {
  await sql`update violations set context = null where context is not null and ts < ${now()}::timestamptz - interval '30 days'`.execute(
    db,
  );
  await sql`delete from violations where ts < ${now()}::timestamptz - interval '1 year'`.execute(db);
}
