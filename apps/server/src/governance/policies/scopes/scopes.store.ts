import type { Ir } from '@mission-control/policy/evaluate';
import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { PolicyScope } from './scopes.rules.ts';

/** What a policy can name agent `a` by: its slug and type; its board and board group by slug, name or id. */
const AGENT_KEYS = sql`array['org', 'agent:' || a.slug, 'agent_type:' || a.agent_type,
  'board:' || b.slug, 'board:' || b.name, 'board:' || b.id,
  'board_group:' || g.slug, 'board_group:' || g.name, 'board_group:' || g.id]`;

/** The agents of the organization with their keys. */
const agentsWithKeys = (orgId: string) => sql`
  select a.id, ${AGENT_KEYS} as keys
  from agents a
    left join boards b on b.org_id = a.org_id and b.id = a.board_id
    left join board_groups g on g.org_id = a.org_id and g.id = b.board_group_id
  where a.org_id = ${orgId}`;

const uuids = (ids: readonly string[]): RawBuilder<unknown> => sql`${[...ids]}::uuid[]`;

/** An agent by its row. */
export interface AgentScope {
  id: string;
}

/** What holds for one agent: its policies, broader scopes first, and the rules that do not count for it until then. */
export interface AgentPolicies {
  policies: Ir[];
  /** `rule` is `policy@version:rule`, `until` RFC 3339. */
  exceptions: { rule: string; until: string }[];
}

/** The policies and exceptions that hold for each of these agents; agents without any have empty lists. */
export async function listPoliciesFor(
  ctx: Context,
  agents: readonly AgentScope[],
): Promise<Map<string, AgentPolicies>> {
  const found = new Map<string, AgentPolicies>(agents.map(({ id }) => [id, { policies: [], exceptions: [] }]));
  if (agents.length === 0) return found;
  const ids = [...found.keys()];
  const held = await listHeld(ctx, ids);
  const irs = await findIrs(ctx, [...new Set(held.map(({ activation_id }) => activation_id))]);
  for (const { agent_id, activation_id } of held) {
    const ir = irs.get(activation_id);
    if (ir) found.get(agent_id)?.policies.push(ir);
  }
  for (const { agent_id, rule, until } of await listExceptions(ctx, ids))
    found.get(agent_id)?.exceptions.push({ rule, until });
  return found;
}

/** Which activations hold for which agent; what is off or for recorded calls only is none of their business. */
async function listHeld({ db, orgId }: Context, agentIds: readonly string[]) {
  const { rows } = await sql<{ agent_id: string; activation_id: string }>`
    with agent as (${agentsWithKeys(orgId)} and a.id = any(${uuids(agentIds)}))
    select agent.id as agent_id, x.id as activation_id
    from agent
      join policies p on p.org_id = ${orgId} and p.archived_at is null
      join policy_activations x on x.org_id = p.org_id and x.id = p.activation_id
    where x.mode in ('enforce', 'monitor') and x.rule_count > 0
      and agent.keys && x.scope_keys and not agent.keys && x.exclude_keys
    order by (x.ir ->> 'scope')::int, p.name collate "C"`.execute(db);
  return rows;
}

async function findIrs({ db, orgId }: Context, activationIds: readonly string[]): Promise<Map<string, Ir>> {
  if (activationIds.length === 0) return new Map();
  const { rows } = await sql<{ id: string; ir: Ir }>`
    select id, ir from policy_activations where org_id = ${orgId} and id = any(${uuids(activationIds)})`.execute(db);
  return new Map(rows.map(({ id, ir }) => [id, ir]));
}

async function listExceptions({ db, orgId, now }: Context, agentIds: readonly string[]) {
  const { rows } = await sql<{ agent_id: string; rule: string; until: string }>`
    select e.agent_id, p.name || '@' || x.version || ':' || e.rule as rule, e.until
    from policy_exceptions e
      join policies p on p.org_id = e.org_id and p.id = e.policy_id
      join policy_activations x on x.org_id = p.org_id and x.id = p.activation_id
    where e.org_id = ${orgId} and e.agent_id = any(${uuids(agentIds)}) and e.until > ${now()}
    order by p.name, e.rule`.execute(db);
  return rows;
}

/** The policies that hold for an agent with these keys, broader scopes first. */
export async function listIrsForKeys({ db, orgId }: Context, keys: readonly string[]): Promise<Ir[]> {
  const { rows } = await sql<{ ir: Ir }>`
    select x.ir from policies p join policy_activations x on x.org_id = p.org_id and x.id = p.activation_id
    where p.org_id = ${orgId} and p.archived_at is null and x.mode in ('enforce', 'monitor') and x.rule_count > 0
      and ${[...keys]}::text[] && x.scope_keys and not ${[...keys]}::text[] && x.exclude_keys
    order by (x.ir ->> 'scope')::int, p.name collate "C"`.execute(db);
  return rows.map(({ ir }) => ir);
}

/** SQL: the ids of all agents that any of these scopes means. */
export function selectAgentsInScope({ orgId }: Context, scopes: readonly PolicyScope[]) {
  const isMeant = scopes.map(
    ({ keys, exclude }) => sql`(keyed.keys && ${keys}::text[] and not keyed.keys && ${exclude}::text[])`,
  );
  return sql`select keyed.id from (${agentsWithKeys(orgId)}) keyed where ${sql.join([sql`false`, ...isMeant], sql` or `)}`;
}

/** The ids of all agents that any of these scopes means. */
export async function findAgentsInScope(ctx: Context, scopes: readonly PolicyScope[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`${selectAgentsInScope(ctx, scopes)} order by 1`.execute(ctx.db);
  return rows.map(({ id }) => id);
}
