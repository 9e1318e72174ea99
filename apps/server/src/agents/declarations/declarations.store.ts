import { sql } from 'kysely';
import type { Context, Platform } from '#server/platform/context.ts';
import type { Observed } from './declarations.rules.ts';

const TOOL_DAYS = 14;
const SAMPLED_DAYS = 3;
const SAMPLED_RUNS = 500;
const MAX_NAMES = 512;
/** Arguments are compared of so many calls of a tool, and of all, where they are not larger. */
const SAMPLED_CALLS = 20;
const MAX_CALLS = 2_000;
const MAX_ARGUMENTS = 4_096;

/** What an agent did: tools of 14 days by the sums, the rest by its last 500 runs of three days. */
export async function findObserved({ db, orgId, now }: Context, agentId: string): Promise<Observed> {
  const at = sql`${now()}::timestamptz`;
  const { rows } = await sql<Observed>`
    with recent as materialized (
      select id, day from runs where org_id = ${orgId} and agent_id = ${agentId}
        and started_at >= ${at} - ${SAMPLED_DAYS} * interval '1 day'
        and day >= (${at} at time zone 'UTC')::date - ${SAMPLED_DAYS}::int
      order by started_at desc limit ${SAMPLED_RUNS}),
    sampled as materialized (
      select s.run_id, s.kind, s.name, s.model, s.provider, s.data_read, s.data_write, s.started_at,
        s.in_payload
      from recent r join steps s on s.org_id = ${orgId} and s.day = r.day and s.run_id = r.id and s.phase = 1
      where s.kind in ('tool', 'llm')),
    tools as (
      select dim_value as name, sum(n)::int as count, max(t) as last_seen_at,
        (select run_id from sampled s where s.kind = 'tool' and s.name = u.dim_value limit 1) as example_run_id
      from rollup_1h u where org_id = ${orgId} and agent_id = ${agentId} and dim = 'tool'
        and t >= ${at} - ${TOOL_DAYS} * interval '1 day' and day >= (${at} at time zone 'UTC')::date - ${TOOL_DAYS}::int
      group by dim_value order by count desc limit ${MAX_NAMES}),
    stores as (
      select name as tool, a.access, a.store as name, count(*)::int as count, max(started_at) as last_seen_at,
        (array_agg(run_id order by started_at desc))[1] as example_run_id
      from sampled cross join lateral (
        select 'read' as access, unnest(data_read) as store union all select 'write', unnest(data_write)) a
      where kind = 'tool' group by 1, 2, 3 order by count desc limit ${MAX_NAMES}),
    numbered as (
      select name as tool, in_payload, started_at, run_id, row_number() over (partition by name order by started_at desc) as n
      from sampled where kind = 'tool' and in_payload ? 'v' and not in_payload ? 'fid'),
    calls as (
      select tool, in_payload -> 'v' as args, started_at as last_seen_at, run_id from numbered
      where n <= ${SAMPLED_CALLS} and pg_column_size(in_payload) <= ${MAX_ARGUMENTS} limit ${MAX_CALLS}),
    models as (
      select concat_ws('/', provider, coalesce(model, name)) as name, count(*)::int as count,
        max(started_at) as last_seen_at, (array_agg(run_id order by started_at desc))[1] as example_run_id
      from sampled where kind = 'llm' group by 1 order by count desc limit ${MAX_NAMES}),
    subagents as (
      select a.slug as name, count(*)::int as count, max(c.started_at) as last_seen_at,
        (array_agg(c.parent_run_id order by c.started_at desc))[1] as example_run_id
      from recent r join runs c on c.org_id = ${orgId} and c.root_run_id in (select id from recent) and c.parent_run_id = r.id
      join agents a on a.org_id = c.org_id and a.id = c.agent_id
      where a.id <> ${agentId} group by 1 order by count desc limit ${MAX_NAMES})
    select ${listOf('tools')} as tools, ${listOf('stores')} as stores, ${listOf('models')} as models,
      ${listOf('subagents')} as subagents, ${listOf('calls')} as calls`.execute(db);
  return rows[0] as Observed; // an answer of subqueries always has one row
}

/** All rows of a part, instants as the wire has them. */
const listOf = (part: string) => sql`(select coalesce(jsonb_agg(to_jsonb(x) || jsonb_build_object('last_seen_at',
  to_char(x.last_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))), '[]') from ${sql.table(part)} x)`;

/** The agents of all organizations that have declared something and were heard of within a day. */
export const listDeclaring = ({ db, now }: Platform): Promise<{ id: string; org_id: string }[]> =>
  db
    .selectFrom('agents')
    .select(['id', 'org_id'])
    .where('active_version_id', 'is not', null)
    .where('control_state', '<>', 'retired')
    .where('last_seen_at', '>', new Date(now().getTime() - 86_400_000).toISOString())
    .orderBy('org_id')
    .execute();
