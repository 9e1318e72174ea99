import type { Catalog, CatalogTool } from '@mission-control/policy/language';
import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { PolicyScope } from '../scopes/scopes.rules.ts';
import { selectAgentsInScope } from '../scopes/scopes.store.ts';

/** Of more agents the declarations are not gathered: then names of tools and stores are not checked. */
const MAX_AGENTS = 200;
const ALWAYS_REPORTED = ['cost_usd', 'tokens', 'tool_calls', 'risk'];

interface CatalogRow {
  names: Catalog;
  agent_count: number;
  tools: CatalogTool[] | null;
  stores: string[] | null;
  has_runs: boolean;
  has_confidence: boolean;
  /** The owner of all agents in scope, where there is one. */
  owner: string | null;
}

/** What a policy of this scope may name: who there is in the organization, and what its agents declare and report. */
export async function findCatalog(ctx: Context, scope: PolicyScope): Promise<Catalog & { agentCount: number }> {
  const { rows } = await sql<CatalogRow>`
    with agent as materialized (${selectAgentsInScope(ctx, [scope])}),
    declared as (
      select v.manifest, tools_in_force(a.org_id, a.id, v.manifest -> 'tools') as tools
      from agents a join agent_versions v on v.org_id = a.org_id and v.id = a.active_version_id
      where a.org_id = ${ctx.orgId} and a.id in (select id from agent) and (select count(*) from agent) <= ${MAX_AGENTS}),
    tool as (
      select distinct on (t ->> 'name') jsonb_build_object('name', t ->> 'name', 'side_effect', t ->> 'side_effect',
        'input_schema', t -> 'schema') as tool
      from declared, jsonb_array_elements(tools) t limit 2000),
    store as (
      select distinct s ->> 'name' as name from declared, jsonb_array_elements(manifest -> 'data_stores') s limit 2000),
    run as (
      select confidence from runs where org_id = ${ctx.orgId} and day >= ${daysAgo(ctx, 7)}
        and agent_id in (select id from agent limit ${MAX_AGENTS}) limit 500)
    select ${namesOf(ctx)} as names, (select count(*)::int from agent) as agent_count,
      (select jsonb_agg(tool) from tool) as tools, (select jsonb_agg(name) from store) as stores,
      (select case when count(distinct a.owner_user_id) = 1 and count(*) = count(a.owner_user_id) then min(coalesce(u.email, u.id::text)) end
        from agents a left join users u on u.id = a.owner_user_id
        where a.org_id = ${ctx.orgId} and a.id in (select id from agent)) as owner,
      exists (select from run) as has_runs, exists (select from run where confidence is not null) as has_confidence`.execute(
    ctx.db,
  );
  const row = rows[0];
  if (!row) throw new Error('A select without a from gives one row.');
  const { names, tools, stores, has_runs, has_confidence, agent_count, owner } = row;
  return {
    ...names,
    ...(tools ? { tools } : {}),
    ...(stores ? { stores } : {}),
    ...(owner === null ? {} : { owner }),
    reports: has_runs && !has_confidence ? ALWAYS_REPORTED : [...ALWAYS_REPORTED, 'confidence'],
    agentCount: agent_count,
  };
}

const daysAgo = ({ now }: Context, days: number): string =>
  new Date(now().getTime() - days * 86_400_000).toISOString().slice(0, 10);

/** Who there is. No list is endless: one of ten thousand helps nobody who mistyped a name. */
const namesOf = ({ orgId }: Context) => sql`jsonb_build_object(
  'agents', (select coalesce(jsonb_agg(slug), '[]') from (
    select slug from agents where org_id = ${orgId} limit 10000) x),
  'agent_types', (select coalesce(jsonb_agg(agent_type), '[]') from (
    select distinct agent_type from agents where org_id = ${orgId} limit 10000) x),
  'boards', (select coalesce(jsonb_agg(name), '[]') from (
    select unnest(array[slug, name, id::text]) as name from boards where org_id = ${orgId} limit 10000) x),
  'board_groups', (select coalesce(jsonb_agg(name), '[]') from (
    select unnest(array[slug, name, id::text]) as name from board_groups where org_id = ${orgId} limit 10000) x),
  'roles', '["member", "admin", "owner"]'::jsonb,
  'users', (select coalesce(jsonb_agg(email), '[]') from (
    select u.email from organization_members m join users u on u.id = m.user_id
    where m.org_id = ${orgId} and u.email is not null limit 10000) x),
  'people', (select coalesce(jsonb_object_agg(who, emails), '{}') from (
    select who, coalesce(jsonb_agg(distinct email)
      filter (where email is not null), '[]') as emails from (
      select 'role:' || r.name as who, coalesce(u.email, u.id::text) as email
      from organization_members m join users u on u.id = m.user_id
        join (values ('member', array['member', 'admin', 'owner']), ('admin', array['admin', 'owner']),
          ('owner', array['owner'])) r (name, held_by) on m.role = any(r.held_by)
      where m.org_id = ${orgId}
      union all
      select unnest(array['group:' || g.slug, 'group:' || g.name, 'group:' || g.id]), w.email
      from board_groups g left join (
        select b.board_group_id, coalesce(u.email, u.id::text) as email from boards b join organization_members m on m.org_id = b.org_id
          join users u on u.id = m.user_id
        where b.org_id = ${orgId} and (m.all_boards_write or exists (select from organization_board_access x
          where x.organization_member_id = m.id and x.board_id = b.id and x.can_write))) w on w.board_group_id = g.id
      where g.org_id = ${orgId}) p
    where who is not null group by who limit 10000) x))`;
