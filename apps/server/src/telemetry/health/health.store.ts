import { sql } from 'kysely';
import type { Platform, TxContext } from '#server/platform/context.ts';
import type { Health, HealthFacts } from './health.rules.ts';

export interface AgentFacts extends HealthFacts {
  org_id: string;
  agent_id: string;
  before: Health;
}

/** Fewer answers of a tool tell nothing of how often it has to be tried. A call that failed is a try, also when the next has a number of its own. */
const MIN_CALLS = 5;

/** The facts of every agent that reports by itself. */
export async function listHealthFacts({ db, now }: Platform): Promise<AgentFacts[]> {
  const at = sql`${now()}::timestamptz`;
  const { rows } = await sql<AgentFacts>`
    with recent as materialized (
        select agent_id, sum(n) as ended, sum(errors) as failed, array_agg(dur_hist) as durations from rollup_1m
        where t > ${at} - interval '5 minutes' and day >= (${at} - interval '5 minutes')::date and dim = 'all' group by 1),
      tried as (
        select org_id, agent_id, dim_value as tool, sum(n) / (sum(n) - greatest(sum(retries), sum(errors))) as attempts from rollup_1m
        where t > ${at} - interval '2 minutes' and day >= (${at} - interval '2 minutes')::date and dim = 'tool'
        group by 1, 2, 3 having sum(n) - greatest(sum(retries), sum(errors)) >= ${MIN_CALLS} and sum(retries) + sum(errors) > 0),
      tries as materialized (select distinct on (agent_id) * from tried order by agent_id, attempts desc),
      open as materialized (select agent_id, count(*) as n from runs where status = 'running' group by 1)
    select a.org_id, a.id as agent_id, a.control_state,
      (select max(b.state) from breakers b where b.org_id = a.org_id and b.agent_id = a.id and b.state <> 'closed'
        and b.effect <> 'none') as breaker, coalesce(o.n, 0)::int as open_runs,
      coalesce(r.ended, 0)::int as ended, coalesce(r.failed, 0)::int as failed, coalesce(r.durations, '{}') as durations,
      (select count(*)::int from producer_agents pa
        join producers p on p.org_id = pa.org_id and p.id = pa.producer_id
        where pa.org_id = a.org_id and pa.agent_id = a.id and p.last_seen_at > ${at} - interval '45 seconds') as processes,
      (v.manifest->>'latency_sla_ms')::float8 as sla_ms, coalesce((v.manifest->>'sla_percentile')::float8, 0.95) as sla_percentile,
      coalesce(a.last_seen_at > ${at} - interval '15 minutes', false) as is_recent,
      case when y.agent_id is not null then jsonb_build_object('tool', y.tool, 'attempts', y.attempts, 'usual',
        (select sum(u.n)::float8 / nullif(sum(u.n) - greatest(sum(u.retries), sum(u.errors)), 0) from rollup_1h u
          where u.org_id = a.org_id and u.agent_id = a.id and u.dim = 'tool' and u.dim_value = y.tool
            and u.t between ${at} - interval '1 day' and ${at} - interval '2 hours' and u.day >= (${at} - interval '1 day')::date))
        end as tries,
      (select jsonb_build_object('observed', n.observed, 'high', n.expected_high, 'explanation', n.explanation) from anomalies n
        where n.org_id = a.org_id and n.agent_id = a.id and n.state <> 'closed' and n.severity <> 'low'
        order by array_position(array['critical', 'high', 'medium'], n.severity), n.opened_at limit 1) as anomaly,
      jsonb_build_object('health', coalesce(h.health, 'grey'), 'reasons', coalesce(h.reasons, '[]')) as before
    from agents a
    left join recent r on r.agent_id = a.id
    left join open o on o.agent_id = a.id
    left join tries y on y.agent_id = a.id
    left join agent_versions v on v.id = a.active_version_id
    left join lateral (select health, reasons from agent_health where agent_id = a.id order by at desc limit 1) h on true
    where a.origin <> 'openclaw' and a.control_state <> 'retired'`.execute(db);
  return rows;
}

export async function insertHealth(
  { db, orgId, now }: TxContext,
  agents: readonly { agent_id: string; health: Health }[],
): Promise<void> {
  await db
    .insertInto('agent_health')
    .values(
      agents.map(({ agent_id, health }) => ({
        org_id: orgId,
        agent_id,
        at: now(),
        health: health.health,
        reasons: JSON.stringify(health.reasons),
      })),
    )
    .execute();
}
