import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#server/platform/postgres/database.ts';
import type { Span } from './spans.store.ts';

type Grain = 'fleet_hour' | 'fleet_day' | 'agent_hour' | 'agent_day';

/** Dimensions of calls and runs, as the flush counts them. */
export const CALL_DIMS = ['start', 'all', 'tool', 'model', 'model_bucket', 'step', 'error_type', 'decision'] as const;
/** Dimensions of ended runs. */
const RUN_DIMS = ['task', 'board'] as const;
/** Beyond so many values of one agent, dimension and hour the rest counts as one. */
const MAX_VALUES = 200;

const TOTALS = [
  ...['n', 'errors', 'blocked', 'retries', 'tokens_input', 'tokens_cache_read', 'tokens_cache_write', 'tokens_output'],
  ...['tokens_reasoning', 'cost_usd', 'unpriced_tokens', 'dur_sum_us', 'score_sum', 'score_n'],
];
const totals = sql.raw(TOTALS.join(', '));
const NO_AGENT = sql`null::uuid as agent_id, null::uuid as version_id`;
const AGENT = sql`agent_id, version_id`;

interface Summing {
  span: Span;
  /** Where the span ends. */
  to: Date;
  grain: Grain;
  dims: readonly string[];
  /** Rows of the span: agent_id, version_id, dim, dim_value, the totals and both histograms. */
  rows: RawBuilder<unknown>;
}

/** Adds histograms by bin: one to the next by `hist_sum` took five times as long. */
const addHistograms = (name: string) => sql`
  select key, jsonb_object_agg(bin, n) as hist from (
    select given.key, b.key as bin, sum(b.value::bigint) as n from given, jsonb_each_text(${sql.ref(name)}) b
    group by given.key, b.key) bins (key, bin, n) group by key`;

/** Replaces the sums of a span by those of rows, in one statement: a reader sees either. */
async function replaceSums(db: Database, { span, to, grain, dims, rows }: Summing): Promise<void> {
  const { org_id, t } = span;
  await sql`
    with gone as (
      delete from rollup_sums where org_id = ${org_id} and grain = ${grain} and dim = any(${dims}::text[])
        and day = ${t}::date and t >= ${t} and t < ${to}),
    given as materialized (
      select concat(agent_id, ' ', version_id, ' ', dim, ' ', dim_value) as key, r.* from (${rows}) r),
    summed as (
      select key, agent_id, version_id, dim, dim_value,
        ${sql.raw(TOTALS.map((name) => `sum(${name}) as ${name}`).join(', '))}
      from given group by key, agent_id, version_id, dim, dim_value),
    durations as (${addHistograms('given.dur_hist')}),
    first_tokens as (${addHistograms('given.ttft_hist')})
    insert into rollup_sums
      (org_id, day, t, grain, agent_id, version_id, dim, dim_value, ${totals}, dur_hist, ttft_hist)
    select ${org_id}, ${t}::date, ${t}, ${grain}, agent_id, version_id, dim, dim_value, ${totals}, d.hist, f.hist
    from summed left join durations d using (key) left join first_tokens f using (key) order by dim`.execute(db);
}

interface Source {
  table: 'rollup_1h' | 'rollup_sums';
  grain?: Grain;
  dims: readonly string[];
  ids: typeof AGENT;
}

const readRows = ({ span, to }: Pick<Summing, 'span' | 'to'>, { table, grain, dims, ids }: Source) => sql`
  select ${ids}, dim, dim_value, ${totals}, dur_hist, ttft_hist from ${sql.table(table)}
  where org_id = ${span.org_id} and day = ${span.t}::date and t >= ${span.t} and t < ${to} and dim = any(${dims}::text[])
    ${grain ? sql`and grain = ${grain}` : sql``}`;

/** Sums an hour of the fleet from the hours of agents. */
export async function sumFleetHour(db: Database, span: Span, to: Date): Promise<void> {
  const rows = readRows({ span, to }, { table: 'rollup_1h', dims: CALL_DIMS, ids: NO_AGENT });
  await replaceSums(db, { span, to, grain: 'fleet_hour', dims: CALL_DIMS, rows });
}

/** Sums an hour's ended runs by task and by board; those without one count as the empty value. */
export async function sumRunsHour(db: Database, span: Span, to: Date): Promise<void> {
  const rows = sql`
    select agent_id, version_id, dim, case when rank <= ${MAX_VALUES} then value else '__other__' end as dim_value,
      ${totals}, dur_hist, ttft_hist
    from (${listRunSums(span, to)}) r`;
  await replaceSums(db, { span, to, grain: 'agent_hour', dims: RUN_DIMS, rows });
}

/** Sums of the runs that ended in a span, by agent, version and task, and the same by board. */
export const listRunSums = ({ org_id, t }: Pick<Span, 'org_id' | 't'>, to: Date) => sql`
  select agent_id, version_id, dim, value,
    row_number() over (partition by dim, agent_id, version_id order by sum(cost_usd) desc nulls last, count(*) desc, value) as rank,
    count(*) as n, count(*) filter (where status = 'error') as errors, sum(blocked) as blocked, sum(retries) as retries,
    sum(tokens_input) as tokens_input, sum(tokens_cache_read) as tokens_cache_read,
    sum(tokens_cache_write) as tokens_cache_write, sum(tokens_output) as tokens_output,
    sum(tokens_reasoning) as tokens_reasoning, coalesce(sum(cost_usd), 0) as cost_usd,
    sum(unpriced_tokens) as unpriced_tokens, coalesce(sum(dur_us), 0) as dur_sum_us, coalesce(sum(score), 0) as score_sum,
    count(score) as score_n, null::jsonb as dur_hist, null::jsonb as ttft_hist
  from runs, lateral (values ('task', coalesce(task_id::text, '')), ('board', coalesce(board_id::text, ''))) v (dim, value)
  where org_id = ${org_id} and ended_at >= ${t} and ended_at < ${to} group by agent_id, version_id, dim, value`;

/** Sums a day of one dimension, with agents and without. */
export async function sumDay(db: Database, span: Span, to: Date, dim: (typeof CALL_DIMS)[number]): Promise<void> {
  const dims = [dim];
  const agents = readRows({ span, to }, { table: 'rollup_1h', dims, ids: AGENT });
  await replaceSums(db, { span, to, grain: 'agent_day', dims, rows: agents });
  const fleet = readRows({ span, to }, { table: 'rollup_sums', grain: 'fleet_hour', dims, ids: NO_AGENT });
  await replaceSums(db, { span, to, grain: 'fleet_day', dims, rows: fleet });
}

/** Sums a day's ended runs by task and by board from its hours. */
export async function sumRunsDay(db: Database, span: Span, to: Date): Promise<void> {
  const rows = readRows({ span, to }, { table: 'rollup_sums', grain: 'agent_hour', dims: RUN_DIMS, ids: AGENT });
  await replaceSums(db, { span, to, grain: 'agent_day', dims: RUN_DIMS, rows });
}
