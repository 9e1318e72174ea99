import { sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { AgentQuery, AgentRead } from './agents.schema.ts';
import { type SignsOfLife, type SignsOfWork, toActivity, toShownStatus } from './status.rules.ts';

const RECENT_DAYS = 7;

const agents = ({ db, orgId }: Context) => db.selectFrom('agents as a').where('a.org_id', '=', orgId);

/** The newest health of an agent. */
const HEALTH = sql<AgentRead['health']>`coalesce((select h.health from agent_health h
  where h.agent_id = a.id order by h.at desc limit 1), 'grey')`;

const FIELDS = [
  ...(['a.id', 'a.org_id as organization_id', 'a.board_id', 'a.gateway_id', 'a.slug', 'a.name'] as const),
  ...(['a.origin', 'a.kind', 'a.agent_type', 'a.framework', 'a.framework_version', 'a.description'] as const),
  ...(['a.labels', 'a.model', 'a.status', 'a.managed', 'a.heartbeat_config', 'a.identity_profile'] as const),
  ...(['a.identity_template', 'a.soul_template', 'a.openclaw_session_id', 'a.gateway_agent_id'] as const),
  ...(['a.lifecycle_state', 'a.lifecycle_generation', 'a.last_error', 'a.next_retry_at', 'a.wake_attempts'] as const),
  ...(['a.tier', 'a.control_state', 'a.control_reason', 'a.control_at', 'a.active_version_id'] as const),
  ...(['v.number as active_version_number', 'a.auto_activate', 'a.fail_mode', 'a.enforce_capabilities'] as const),
  ...(['a.last_seen_at', 'a.version', 'a.created_at', 'a.updated_at', 'a.transition_deadline_at'] as const),
  ...(['b.paused_at as board_paused_at', 'g.status as gateway_status'] as const),
];

/** With the number and SLA of its active version, its board, its gateway, its health and what it is at. */
const withFields = (query: ReturnType<typeof agents>, { orgId, now }: Context) =>
  query
    .leftJoin('agent_versions as v', 'v.id', 'a.active_version_id')
    .leftJoin('boards as b', (join) => join.onRef('b.org_id', '=', 'a.org_id').onRef('b.id', '=', 'a.board_id'))
    .leftJoin('gateways as g', (join) => join.onRef('g.org_id', '=', 'a.org_id').onRef('g.id', '=', 'a.gateway_id'))
    .select(FIELDS)
    .select(sql<number | null>`(v.manifest ->> 'latency_sla_ms')::int`.as('latency_sla_ms'))
    .select(HEALTH.as('health'))
    .select(
      sql<AgentRead['health_reasons']>`coalesce((select h.reasons from agent_health h
        where h.agent_id = a.id order by h.at desc limit 1), '[]')`.as('health_reasons'),
    )
    .select(
      sql<boolean>`exists (select 1 from agent_tokens t where t.agent_id = a.id and t.state <> 'revoked')`.as(
        'has_token',
      ),
    )
    .select(
      sql<string | null>`(select max(t.activated_at) from agent_tokens t
        where t.agent_id = a.id and t.state in ('active', 'retiring'))`.as('token_rotated_at'),
    )
    .select(
      sql<boolean>`exists (select 1 from runs r where r.org_id = ${orgId} and r.agent_id = a.id
        and r.status = 'running' and r.day >= ${now()}::timestamptz::date - ${RECENT_DAYS}::int)`.as('is_running'),
    )
    .select(
      sql<boolean>`exists (select 1 from approvals p where p.org_id = ${orgId} and p.agent_id = a.id
        and p.status = 'pending' and p.expires_at > ${now()})`.as('is_waiting'),
    );

type Stored = Omit<AgentRead, 'is_board_lead' | 'is_gateway_main' | 'activity'> & SignsOfLife & SignsOfWork;

/** The wire shape: what depends on the moment is worked out here. */
function toAgentRead(row: object, now: Date): AgentRead {
  const { board_paused_at, gateway_status, is_running, is_waiting, transition_deadline_at, ...agent } = row as Stored; // enums and JSON are checked where they are written
  const status = toShownStatus({ ...agent, transition_deadline_at }, now);
  return {
    ...agent,
    status,
    activity: toActivity({ ...agent, status, board_paused_at, gateway_status, is_running, is_waiting }),
    is_board_lead: agent.kind === 'lead',
    is_gateway_main: agent.kind === 'main',
  };
}

export async function findAgent(ctx: Context, id: string): Promise<AgentRead | undefined> {
  const row = await withFields(agents(ctx), ctx).where('a.id', '=', id).executeTakeFirst();
  return row && toAgentRead(row, ctx.now());
}

export async function findAgents(ctx: Context, ids: string[]): Promise<AgentRead[]> {
  if (ids.length === 0) return [];
  const rows = await withFields(agents(ctx), ctx).where('a.id', 'in', ids).execute();
  return rows.map((row) => toAgentRead(row, ctx.now()));
}

/** Every agent of a board, those without a gateway too, newest first. */
export async function listBoardAgents(ctx: Context, boardId: string): Promise<AgentRead[]> {
  const rows = await withFields(agents(ctx), ctx)
    .where('a.board_id', '=', boardId)
    .orderBy('a.created_at', 'desc')
    .orderBy('a.id', 'desc')
    .execute();
  return rows.map((row) => toAgentRead(row, ctx.now()));
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (character) => `\\${character}`);

/** The filters of a list, and whether agents that work on no board are in it. */
export type AgentFilter = Omit<AgentQuery, 'limit' | 'offset' | 'origin'> & {
  origin: AgentRead['origin'] | 'all';
  withBoardless: boolean;
};

function filter(query: ReturnType<typeof agents>, ctx: Context, filters: AgentFilter) {
  const { origin, board_id, gateway_id, agent_type, framework, control_state, health, q, withBoardless } = filters;
  const like = q ? `%${escapeLike(q)}%` : '';
  const reachable = mayReadBoard(ctx, sql<string | null>`a.board_id`);
  return query
    .where(sql<boolean>`case when a.board_id is null then ${withBoardless}::boolean else ${reachable} end`)
    .$if(origin !== 'all', (b) => b.where(sql<boolean>`a.origin = ${origin}`))
    .$if(board_id !== undefined, (b) => b.where(sql<boolean>`a.board_id = ${board_id}`))
    .$if(gateway_id !== undefined, (b) => b.where(sql<boolean>`a.gateway_id = ${gateway_id}`))
    .$if(agent_type !== undefined, (b) => b.where(sql<boolean>`a.agent_type = ${agent_type}`))
    .$if(framework !== undefined, (b) => b.where(sql<boolean>`a.framework = ${framework}`))
    .$if(control_state !== undefined, (b) => b.where(sql<boolean>`a.control_state = ${control_state}`))
    .$if(health !== undefined, (b) => b.where(sql<boolean>`${HEALTH} = ${health}`))
    .$if(like !== '', (b) =>
      b.where(sql<boolean>`(a.name ilike ${like} or a.slug ilike ${like} or a.agent_type ilike ${like})`),
    );
}

/** A page of the agents that the caller may see, newest first, and how many there are in all. */
export async function listAgents(
  ctx: Context,
  filters: AgentFilter,
  page: { limit: number; offset: number },
): Promise<{ items: AgentRead[]; total: number }> {
  const [rows, counted] = await Promise.all([
    withFields(filter(agents(ctx), ctx, filters), ctx)
      .orderBy('a.created_at', 'desc')
      .orderBy('a.id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    filter(agents(ctx), ctx, filters).select(sql<number>`count(*)`.as('total')).executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map((row) => toAgentRead(row, ctx.now())), total: counted.total };
}

export async function hasGateway({ db, orgId }: Context, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('gateways')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();
  return row !== undefined;
}
