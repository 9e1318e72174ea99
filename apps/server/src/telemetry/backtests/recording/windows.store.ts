import type { LimitsIr } from '@mission-control/policy/evaluate';
import type pg from 'pg';
import type { Histogram } from '#server/platform/histograms/histogram.rules.ts';
import { fetchRows } from './rows.store.ts';
import type { Recording } from './trees.store.ts';

const instantOf = (ms: number): string => new Date(ms).toISOString();

/** What an agent had used of an hour or a day at the end of a minute in which a bound was passed. */
export interface PassedBound {
  agent_id: string;
  window_ms: number;
  minute_ms: number;
  tokens: number;
  cost_usd: number;
  tool_calls: number;
  llm_calls: number;
}

const MEASURES = ['tokens', 'cost_usd', 'tool_calls', 'llm_calls'] as const;

type Budget = Pick<LimitsIr, (typeof MEASURES)[number] | 'warn_at'> & { per: 'agent_hour' | 'agent_day' };

/** The minutes in which agents passed a bound of a limit per hour or day, or its warning, by the rollups. */
export async function listPassedBounds(
  client: pg.Client,
  { orgId, fromMs, toMs }: Recording,
  { agentIds, limit }: { agentIds: readonly string[]; limit: Budget },
): Promise<PassedBound[]> {
  const unit = limit.per === 'agent_hour' ? 'hour' : 'day';
  const bounds = MEASURES.flatMap((name) => {
    const bound = limit[name];
    return bound === undefined ? [] : [bound, bound * (limit.warn_at ?? 1)].map((value) => ({ name, value }));
  });
  if (bounds.length === 0) return [];
  const passes = bounds.map(({ name }, i) => `(${name} >= $${i + 5} and ${name} - now_${name} < $${i + 5})`);
  const sums = MEASURES.map((name) => `now_${name}, sum(now_${name}) over w as ${name}`);
  const { rows } = await client.query<PassedBound>(
    `with minute as (
        select agent_id, t, date_trunc('${unit}', t) as window_at,
          coalesce(sum(tokens_input + tokens_output) filter (where dim = 'model'), 0)::float8 as now_tokens,
          coalesce(sum(cost_usd) filter (where dim = 'model'), 0)::float8 as now_cost_usd,
          coalesce(sum(n - blocked) filter (where dim = 'tool'), 0)::float8 as now_tool_calls,
          coalesce(sum(n - blocked) filter (where dim = 'model'), 0)::float8 as now_llm_calls
        from rollup_1m
        where org_id = $1 and agent_id = any($2::uuid[]) and dim in ('tool', 'model')
          and t >= date_trunc('${unit}', $3::timestamptz) and t < $4::timestamptz and day >= $3::date - 1
        group by 1, 2),
      running as (select agent_id, t, window_at, ${sums.join(', ')} from minute
        window w as (partition by agent_id, window_at order by t))
      select agent_id, (extract(epoch from window_at) * 1000)::float8 as window_ms,
        (extract(epoch from t) * 1000)::float8 as minute_ms, ${MEASURES.join(', ')}
      from running where ${passes.join(' or ')} order by agent_id, t`,
    [orgId, agentIds, instantOf(fromMs), instantOf(toMs), ...bounds.map(({ value }) => value)],
  );
  return rows;
}

/** What an agent did in one minute, by version, or by tool. */
export interface AgentMinute {
  agent_id: string;
  version_id: string | null;
  tool: string | null;
  minute_ms: number;
  n: number;
  errors: number;
  violations: number;
  histograms: (Histogram | null)[] | null;
}

/** Minutes of agents, in order of agent, version or tool, and time. Calls that a policy stopped are counted as violations. */
export function fetchAgentMinutes(
  client: pg.Client,
  { orgId, fromMs, toMs }: Recording,
  { agentIds, by }: { agentIds: readonly string[]; by: 'agent' | 'agent_version' | 'tool' },
): AsyncGenerator<AgentMinute[]> {
  const version = by === 'agent_version' ? 'version_id' : 'null::uuid';
  const tool = by === 'tool' ? 'dim_value' : 'null::text';
  return fetchRows<AgentMinute>(
    client,
    `select agent_id, ${version} as version_id, ${tool} as tool, (extract(epoch from t) * 1000)::float8 as minute_ms,
        sum(n - blocked)::int as n, sum(errors)::int as errors, sum(blocked)::int as violations,
        json_agg(dur_hist) as histograms
      from rollup_1m
      where org_id = $1 and agent_id = any($2::uuid[]) and dim in ('tool'${by === 'tool' ? '' : ", 'model'"})
        and t >= $3::timestamptz and t < $4::timestamptz and day >= $3::date - 1
      group by 1, 2, 3, t order by 1, 2, 3, t`,
    [orgId, agentIds, instantOf(fromMs), instantOf(toMs)],
  );
}
