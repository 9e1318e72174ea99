import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { RiskFacts } from './risk.rules.ts';

/** A call whose risk is asked for. */
export interface AssessedCall {
  id: string;
  agent_id: string;
  version_id: string | null;
  run_id: string | null;
  tool: string | null;
  /** RFC 3339. */
  ts: string;
  /** A payload value of the telemetry protocol. */
  args_view: unknown;
}

const UUID_DAY = sql`(to_timestamp(('x' || left(replace(c.run_id::text, '-', ''), 12))::bit(48)::bigint / 1000.0)
  at time zone 'utc')::date`;

/** What is known of calls that their risk is made of, by their ids; what the tool did is looked for in the last seven days. */
export async function findRiskFacts({ db, orgId }: Context, calls: AssessedCall[]): Promise<Map<string, RiskFacts>> {
  if (calls.length === 0) return new Map();
  const { rows } = await sql<RiskFacts & { id: string }>`
    with c as (
      select * from jsonb_to_recordset(${JSON.stringify(calls)}::jsonb) as c (id uuid, agent_id uuid, version_id uuid,
        run_id uuid, tool text, ts timestamptz, args_view jsonb)),
    known as (
      select agent_id, tool from (select distinct agent_id, tool from c where tool is not null) d
      where exists (select from rollup_1h r where r.org_id = ${orgId} and r.agent_id = d.agent_id and r.dim = 'tool'
        and r.dim_value = d.tool and r.n > r.blocked and r.day > now() - interval '8 days'
        and r.t > now() - interval '7 days'))
    select c.id, t.tool ->> 'side_effect' as side_effect, coalesce((t.tool ->> 'external')::boolean, false) as external,
      coalesce((select array_agg(distinct s ->> 'sensitivity') from jsonb_array_elements(v.manifest -> 'data_stores') s
        where s ? 'sensitivity' and (t.tool -> 'data' -> 'read' ? (s ->> 'name')
          or t.tool -> 'data' -> 'write' ? (s ->> 'name'))), '{}') as sensitivities,
      known.tool is null and c.tool is not null as is_new_tool, r.confidence,
      exists (select from violations e where e.org_id = ${orgId} and e.run_id = c.run_id and e.ts < c.ts) as had_violation,
      r.replay_id is not null or v.state in ('pending', 'rejected') as is_unproved,
      coalesce((select array_agg(k) from jsonb_object_keys(case when jsonb_typeof(c.args_view -> 'v') = 'object'
        then c.args_view -> 'v' else '{}' end) k), '{}') as arguments
    from c
      left join agent_versions v on v.org_id = ${orgId} and v.id = c.version_id
      left join lateral (select e as tool from jsonb_array_elements(
          tools_in_force(v.org_id, v.agent_id, v.manifest -> 'tools')) e
        where e ->> 'name' = c.tool limit 1) t on true
      left join known on known.agent_id = c.agent_id and known.tool = c.tool
      left join runs r on r.org_id = ${orgId} and r.id = c.run_id and r.day = ${UUID_DAY}`.execute(db);
  return new Map(rows.map(({ id, ...facts }) => [id, { ...facts, is_unproved: facts.is_unproved === true }]));
}
