import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { Histogram } from '#server/platform/histograms/histogram.rules.ts';

/** Sums of one agent over one step of the window. */
export interface MetricRow {
  agent_id: string | null;
  /** Index of the step, 0 is the oldest. */
  step: number;
  started: number;
  ended: number;
  failed: number;
  tokens: number;
  cost_usd: number;
  durations: (Histogram | null)[];
}

export async function listMetricRows({ db, orgId }: Context, from: Date, stepS: number): Promise<MetricRow[]> {
  const { rows } = await sql<MetricRow>`
    select agent_id, floor(extract(epoch from t - ${from}::timestamptz) / ${stepS})::int as step,
      coalesce(sum(n) filter (where dim = 'start'), 0)::int as started,
      coalesce(sum(n) filter (where dim = 'all'), 0)::int as ended,
      coalesce(sum(errors) filter (where dim = 'all'), 0)::int as failed,
      coalesce(sum(tokens_input + tokens_output) filter (where dim = 'all'), 0)::bigint as tokens,
      coalesce(sum(cost_usd) filter (where dim = 'all'), 0) as cost_usd,
      coalesce(array_agg(dur_hist) filter (where dim = 'all' and dur_hist is not null), '{}') as durations
    from rollup_1m where org_id = ${orgId} and day >= ${from}::date and t >= ${from} and dim in ('start', 'all')
    group by 1, 2`.execute(db);
  return rows;
}

export interface CostRow {
  agent_id: string | null;
  cost_usd: number;
  unpriced_tokens: number;
}

/** Cost by agent since an instant that begins an hour. */
export async function listCosts({ db, orgId }: Context, since: Date): Promise<CostRow[]> {
  const { rows } = await sql<CostRow>`
    select agent_id, sum(cost_usd) as cost_usd, sum(unpriced_tokens)::bigint as unpriced_tokens
    from rollup_1h where org_id = ${orgId} and day >= ${since}::date and t >= ${since} and dim = 'all'
    group by 1`.execute(db);
  return rows;
}

export async function countActiveRuns({ db, orgId }: Context): Promise<Map<string | null, number>> {
  const { rows } = await sql<{ agent_id: string | null; n: number }>`
    select agent_id, count(*) as n from runs where org_id = ${orgId} and status = 'running' group by 1`.execute(db);
  return new Map(rows.map(({ agent_id, n }) => [agent_id, n]));
}

/** Violations by agent since an instant, and how many are open in all. */
export async function countViolations(
  { db, orgId }: Context,
  since: Date,
): Promise<{ byAgent: Map<string, number>; open: number }> {
  const { rows } = await sql<{ agent_id: string; n: number }>`
    select agent_id, count(*) as n from violations where org_id = ${orgId} and ts >= ${since} group by 1`.execute(db);
  const open = await sql<{ n: number }>`
    select count(*) as n from violations where org_id = ${orgId} and state = 'open'`.execute(db);
  return { byAgent: new Map(rows.map(({ agent_id, n }) => [agent_id, n])), open: open.rows[0]?.n ?? 0 };
}

/** Agents that are not retired, by colour. */
export async function countHealth({ db, orgId }: Context): Promise<Map<string, number>> {
  const { rows } = await sql<{ health: string; n: number }>`
    select coalesce(h.health, 'grey') as health, count(*) as n from agents a
    left join lateral (select health from agent_health where agent_id = a.id order by at desc limit 1) h on true
    where a.org_id = ${orgId} and a.control_state <> 'retired' group by 1`.execute(db);
  return new Map(rows.map(({ health, n }) => [health, n]));
}
