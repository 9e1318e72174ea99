import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import { type Histogram, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { Anomaly, AnomalyDetail } from './anomalies.schema.ts';

const US_PER_MS = 1_000;
const MAX_POINTS = 500;

interface Row {
  t: string;
  value: number | null;
  hist: Histogram | null;
}

/** What is summed of a minute, by metric; the others are not measured by the minute. */
const SUMS: Record<string, { dim: string; value: RawBuilder<unknown> }> = {
  run_ms: { dim: 'all', value: sql`null::float8` },
  run_tokens: { dim: 'all', value: sql`sum(tokens_input + tokens_output)::float8 / nullif(sum(n), 0)` },
  error_rate: { dim: 'all', value: sql`sum(errors)::float8 / nullif(sum(n), 0)` },
  score: { dim: 'all', value: sql`sum(score_sum) / nullif(sum(score_n), 0)` },
  attempts_per_call: { dim: 'tool', value: sql`sum(n)::float8 / nullif(sum(n - retries), 0)` },
  runs_per_min: { dim: 'start', value: sql`sum(n)::float8` },
};

/** The measure of an anomaly by minute, from half an hour before it began to ten minutes after it ended. */
export async function listSeries({ db, orgId, now }: Context, anomaly: Anomaly): Promise<AnomalyDetail['series']> {
  const sums = SUMS[anomaly.metric];
  if (!sums) return [];
  const end = anomaly.closed_at ?? now().toISOString();
  const { rows } = await sql<Row>`
    with span as (select ${anomaly.began_at}::timestamptz - interval '30 minutes' as lo, ${end}::timestamptz + interval '10 minutes' as hi)
    select t, ${sums.value} as value, hist_sum(dur_hist) as hist from rollup_1m, span
    where org_id = ${orgId} and agent_id = ${anomaly.agent_id} and dim = ${sums.dim} and t >= lo and t < hi
      and day >= lo::date - 1 and (${sums.dim} <> 'tool' or ${anomaly.cause?.tool ?? null}::text is null or dim_value = ${anomaly.cause?.tool ?? null})
    group by t order by t limit ${MAX_POINTS}`.execute(db);
  return rows.map(({ t, value, hist }) => ({ t, value: anomaly.metric === 'run_ms' ? toMs(hist) : value }));
}

function toMs(hist: Histogram | null): number | null {
  const us = quantile(hist, 0.5);
  return us === null ? null : us / US_PER_MS;
}
