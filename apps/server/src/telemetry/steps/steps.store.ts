import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { RunHead } from '../runs/runs.store.ts';
import type { Step, StepQuery } from './steps.schema.ts';

const ofRun = ({ orgId }: Context, run: RunHead, alias = 's') => {
  const [org, day, id] = ['org_id', 'day', 'run_id'].map((column) => sql.ref(`${alias}.${column}`));
  return sql`${id} = ${run.id} and ${day} = ${run.day}::date and ${org} = ${orgId}`;
};

/** The status of an open step is that of its run: an ended run has no running step. */
const status = ({ is_running }: RunHead) =>
  sql<string>`case when s.phase = 1 then s.status when ${is_running} then 'running' else 'cancelled' end`;

const COLUMNS = [
  ...['seq', 'key', 'parent_key', 'attempt', 'kind', 'name', 'started_at', 'dur_us', 'wait_us', 'ttft_us', 'model'],
  ...['provider', 'tokens_input', 'tokens_cache_read', 'tokens_cache_write', 'tokens_output', 'tokens_reasoning'],
  ...['cost_usd', 'finish', 'side_effect', 'args_hash', 'idem', 'error_type', 'error_message', 'error_stack'],
  ...['in_payload', 'out_payload', 'decision_id', 'data_read', 'data_write'],
]
  .map((column) => `s.${column}`)
  .join(', ');

/** Most steps are priced by our table: only what else priced one is stored. */
const COST_SOURCE = sql`case when s.cost_usd is not null then coalesce(s.cost_source, 'prices') end`;

/** Steps after a sequence number, in order, one more than the limit. A closed step stands for its open row. */
export async function listSteps(
  ctx: Context,
  run: RunHead,
  query: Pick<StepQuery, 'key' | 'limit'> & { afterSeq: number },
): Promise<Step[]> {
  // The anti-join hashes the run's own rows only: 6 ms for a page of a run of 50,000 steps.
  const { rows } = await sql<Step>`
    select ${sql.raw(COLUMNS)}, ${COST_SOURCE} as cost_source, ${status(run)} as status from steps s
    where ${ofRun(ctx, run)} and s.seq > ${query.afterSeq}
      ${query.key === undefined ? sql`` : sql`and s.key = ${query.key}`}
      and (s.phase = 1 or not exists (
        select from steps c where ${ofRun(ctx, run, 'c')} and c.phase = 1 and c.key = s.key and c.attempt = s.attempt))
    order by s.seq limit ${query.limit + 1}`.execute(ctx.db);
  return rows;
}

/** What a waterfall draws of a step. */
export interface SkeletonRow {
  seq: number;
  key: string;
  parent_key: string | null;
  attempt: number;
  kind: string;
  name: string;
  status: string;
  start_us: number;
  dur_us: number | null;
  wait_us: number | null;
  tokens: number;
  model: string | null;
}

/** All steps of a run, by their start; one row per step and attempt. */
export async function listSkeletonRows(ctx: Context, run: RunHead): Promise<SkeletonRow[]> {
  const { rows } = await sql<SkeletonRow>`
    select s.seq, s.key, s.parent_key, s.attempt, s.kind, s.name, ${status(run)} as status, s.dur_us, s.wait_us, s.model,
      (extract(epoch from s.started_at - ${run.started_at}::timestamptz) * 1000000)::bigint as start_us,
      coalesce(s.tokens_input, 0) + coalesce(s.tokens_output, 0) as tokens
    from (select distinct on (s.key, s.attempt) s.* from steps s where ${ofRun(ctx, run)}
      order by s.key, s.attempt, s.phase desc, s.seq) s
    order by s.started_at, s.seq`.execute(ctx.db);
  return rows;
}
