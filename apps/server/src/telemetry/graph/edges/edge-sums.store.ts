import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';
import { type Histogram, mergeHistograms, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { Database } from '#server/platform/postgres/database.ts';

const SUMS = [
  ...['n', 'errors', 'blocked', 'retries', 'tokens_input', 'tokens_cache_read', 'tokens_cache_write'],
  ...['tokens_output', 'tokens_reasoning', 'cost_usd', 'unpriced_tokens', 'dur_sum_us'],
];
const COLUMNS = `org_id, day, t, agent_id, dim, dim_value, ${SUMS.join(', ')}, dur_hist`;
const BIN = 'case when r.dur_us <= 1 then -1 else ceil(ln(r.dur_us::float8) / ln(2) * 32)::int - 1 end';

/**
 * Sums anew the calls between agents that ended in these minutes: a run that names a run of another agent as its parent.
 * A replay is no call. Counting the runs again, not what is new, makes a late one count once and a job that died do no harm.
 */
export async function sumMinutesOfEdges({ db }: Platform, from: Date, to: Date): Promise<void> {
  await sql`
    with gone as (
      delete from rollup_1m where dim = 'edge' and t >= ${from} and t < ${to} and day >= ${from}::date),
    calls as materialized (
      select r.org_id, date_trunc('minute', r.ended_at, 'UTC') as t, p.agent_id, r.agent_id::text as dim_value, r.status,
        r.blocked, greatest(r.retries, r.errors) as retries, r.tokens_input, r.tokens_cache_read, r.tokens_cache_write, r.tokens_output,
        r.tokens_reasoning, r.cost_usd, r.unpriced_tokens, r.dur_us, ${sql.raw(BIN)} as bin
      from runs r join runs p on p.org_id = r.org_id and p.id = r.parent_run_id
        and p.day = (uuid_extract_timestamp(r.parent_run_id) at time zone 'UTC')::date
      where r.ended_at >= ${from} and r.ended_at < ${to} and r.day >= ${from}::date - 7 and r.parent_run_id is not null
        and r.replay_id is null and r.agent_id <> p.agent_id),
    hists as (
      select org_id, t, agent_id, dim_value, jsonb_object_agg(bin, n) filter (where bin is not null) as dur_hist
      from (select org_id, t, agent_id, dim_value, bin, count(*) as n from calls group by 1, 2, 3, 4, 5) b group by 1, 2, 3, 4),
    sums as (
      select org_id, t, agent_id, dim_value, count(*) as n, count(*) filter (where status in ('error', 'lost')) as errors,
        sum(blocked) as blocked, sum(retries) as retries, sum(tokens_input) as tokens_input,
        sum(tokens_cache_read) as tokens_cache_read, sum(tokens_cache_write) as tokens_cache_write,
        sum(tokens_output) as tokens_output, sum(tokens_reasoning) as tokens_reasoning,
        coalesce(sum(cost_usd), 0) as cost_usd, sum(unpriced_tokens) as unpriced_tokens,
        coalesce(sum(dur_us), 0) as dur_sum_us
      from calls group by 1, 2, 3, 4)
    insert into rollup_1m (${sql.raw(COLUMNS)})
    select org_id, (t at time zone 'UTC')::date, t, agent_id, 'edge', dim_value, ${sql.raw(SUMS.join(', '))}, dur_hist
    from sums join hists using (org_id, t, agent_id, dim_value)`.execute(db);
}

/** Sums anew these hours from their minutes. */
export async function sumHoursOfEdges({ db }: Platform, from: Date, to: Date): Promise<void> {
  await sql`
    with gone as (
      delete from rollup_1h where dim = 'edge' and t >= ${from} and t < ${to} and day >= ${from}::date)
    insert into rollup_1h (${sql.raw(COLUMNS)})
    select org_id, (date_trunc('hour', t, 'UTC') at time zone 'UTC')::date, date_trunc('hour', t, 'UTC'), agent_id, 'edge',
      dim_value, ${sql.raw(SUMS.map((name) => `sum(${name})`).join(', '))}, hist_sum(dur_hist)
    from rollup_1m where dim = 'edge' and t >= ${from} and t < ${to} and day >= ${from}::date
    group by org_id, date_trunc('hour', t, 'UTC'), agent_id, dim_value`.execute(db);
}

/** Remembers which edges were seen since an instant, to the minute. */
export async function saveSeenEdges({ db }: Platform, since: Date): Promise<void> {
  await sql`
    insert into graph_edges as e (org_id, from_agent_id, to_agent_id, first_seen_at, last_seen_at)
    select s.org_id, s.agent_id, c.id, min(s.t), max(s.t) from rollup_1m s
    join agents a on a.org_id = s.org_id and a.id = s.agent_id
    join agents c on c.org_id = s.org_id and c.id::text = s.dim_value
    where s.dim = 'edge' and s.t >= ${since} and s.day >= ${since}::date group by 1, 2, 3
    on conflict (org_id, from_agent_id, to_agent_id) do update set
      first_seen_at = coalesce(e.first_seen_at, excluded.first_seen_at), last_seen_at = excluded.last_seen_at
      where e.last_seen_at is null or e.last_seen_at < excluded.last_seen_at`.execute(db);
}

interface UsualRow {
  org_id: string;
  from_agent_id: string;
  to_agent_id: string;
  attempts: number;
  durations: Histogram | null;
}

/** Fewer calls tell nothing of what is usual. */
const MIN_CALLS = 20;

/** Keeps what is usual on each edge: sums between two instants. */
export async function saveUsual({ db }: Platform, from: Date, to: Date): Promise<void> {
  const { rows } = await sql<UsualRow>`
    select org_id, agent_id as from_agent_id, dim_value as to_agent_id, sum(n + retries)::float8 / sum(n) as attempts,
      hist_sum(dur_hist) as durations
    from rollup_1h where dim = 'edge' and t >= ${from} and t < ${to} and day >= ${from}::date
    group by 1, 2, 3 having sum(n) >= ${MIN_CALLS}`.execute(db);
  const usual = rows.map(({ durations, ...row }) => ({ ...row, p95_ms: toP95Ms(durations) }));
  await sql`
    update graph_edges e set base_attempts = g.attempts, base_p95_ms = g.p95_ms
    from jsonb_to_recordset(${JSON.stringify(usual)}::jsonb)
      as g (org_id uuid, from_agent_id uuid, to_agent_id uuid, attempts float8, p95_ms float8)
    where e.org_id = g.org_id and e.from_agent_id = g.from_agent_id and e.to_agent_id = g.to_agent_id
      and (e.base_attempts, e.base_p95_ms) is distinct from (g.attempts, g.p95_ms)`.execute(db);
}

/** Calls from one agent to another over a span of time. */
export interface ObservedEdge {
  parent_agent_id: string;
  child_agent_id: string;
  /** Runs of the callee that ended. */
  calls: number;
  errors: number;
  /** Calls and the tries again within them. */
  attempts: number;
  /** Milliseconds of all calls together. */
  total_ms: number;
  p95_ms: number | null;
}

/** Up to this span minutes are summed, beyond it hours. */
const MINUTES_SPAN_MS = 3 * 3_600_000;

/** Who called whom between two instants, summed from whole minutes, or hours when the span is long. */
export async function listObservedEdges(
  db: Database,
  orgId: string,
  { from, to }: { from: Date; to: Date },
): Promise<ObservedEdge[]> {
  const table = to.getTime() - from.getTime() <= MINUTES_SPAN_MS ? 'rollup_1m' : 'rollup_1h';
  const { rows } = await sql<Omit<ObservedEdge, 'p95_ms'> & { durations: (Histogram | null)[] }>`
    select agent_id as parent_agent_id, dim_value as child_agent_id, sum(n)::int as calls, sum(errors)::int as errors,
      sum(n + retries)::int as attempts, sum(dur_sum_us)::float8 / 1000 as total_ms, array_agg(dur_hist) as durations
    from ${sql.table(table)}
    where org_id = ${orgId} and dim = 'edge' and t >= ${from} and t < ${to} and day >= ${from}::date
    group by 1, 2`.execute(db);
  return rows.map(({ durations, ...edge }) => ({ ...edge, p95_ms: toP95Ms(mergeHistograms(durations)) }));
}

function toP95Ms(durations: Histogram | null): number | null {
  const us = quantile(durations, 0.95);
  return us === null ? null : us / 1_000;
}
