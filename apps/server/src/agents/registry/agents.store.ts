import { type RawBuilder, sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { AgentQuery, AgentRead } from './agents.schema.ts';
import { type SignsOfLife, type SignsOfWork, toActivity, toShownStatus } from './status.rules.ts';

const RECENT_DAYS = 7;

/** The newest health of an agent. */
const HEALTH = sql`coalesce((select h.health from agent_health h
  where h.agent_id = a.id order by h.at desc limit 1), 'grey')`;

/** One text, because an agent is read for every check-in: put together column by column it took longer than to read. */
const COLUMNS = sql.raw(`a.id, a.org_id as organization_id, a.board_id, a.gateway_id, a.slug, a.name, a.origin, a.kind,
  a.agent_type, a.framework, a.framework_version, a.description, a.labels, a.model, a.status, a.managed, a.credential_mode,
  a.heartbeat_config, a.identity_profile, a.identity_template, a.soul_template, a.openclaw_session_id,
  a.gateway_agent_id, a.lifecycle_state, a.lifecycle_generation, a.last_error, a.next_retry_at, a.wake_attempts, a.tier,
  a.control_state, a.control_reason, a.control_at, a.active_version_id, v.number as active_version_number,
  a.auto_activate, a.auto_rollback, a.deploy_target_id, a.fail_mode, a.enforce_capabilities, a.last_seen_at, a.version, a.created_at, a.updated_at,
  a.transition_deadline_at, b.paused_at as board_paused_at, g.status as gateway_status,
  (v.manifest ->> 'latency_sla_ms')::int as latency_sla_ms,
  coalesce((select h.reasons from agent_health h where h.agent_id = a.id order by h.at desc limit 1), '[]')
    as health_reasons,
  exists (select 1 from agent_tokens t where t.agent_id = a.id and t.state <> 'revoked') as has_token,
  (select max(t.activated_at) from agent_tokens t
    where t.agent_id = a.id and t.state in ('active', 'retiring')) as token_rotated_at`);

/** Agents of the organization to which `rest`, conditions and what follows them, applies: with what they are at. */
async function select({ db, orgId, now }: Context, rest: RawBuilder<unknown>): Promise<AgentRead[]> {
  const at = now();
  const { rows } = await sql<Stored>`
    select ${COLUMNS}, ${HEALTH} as health,
      exists (select 1 from runs r where r.org_id = ${orgId} and r.agent_id = a.id and r.status = 'running'
        and r.day >= ${at}::timestamptz::date - ${RECENT_DAYS}::int) as is_running,
      exists (select 1 from approvals p where p.org_id = ${orgId} and p.agent_id = a.id and p.status = 'pending'
        and p.expires_at > ${at}) as is_waiting
    from agents a
    left join agent_versions v on v.id = a.active_version_id
    left join boards b on b.org_id = a.org_id and b.id = a.board_id
    left join gateways g on g.org_id = a.org_id and g.id = a.gateway_id
    where a.org_id = ${orgId} and ${rest}`.execute(db);
  return rows.map((row) => toAgentRead(row, at));
}

type Stored = Omit<AgentRead, 'is_board_lead' | 'is_gateway_main' | 'activity'> & SignsOfLife & SignsOfWork;

/** The wire shape: what depends on the moment is worked out here. */
function toAgentRead(row: Stored, now: Date): AgentRead {
  const { board_paused_at, gateway_status, is_running, is_waiting, transition_deadline_at, ...agent } = row;
  const status = toShownStatus({ ...agent, transition_deadline_at }, now);
  return {
    ...agent,
    status,
    activity: toActivity({ ...agent, status, board_paused_at, gateway_status, is_running, is_waiting }),
    is_board_lead: agent.kind === 'lead',
    is_gateway_main: agent.kind === 'main',
  };
}

const NEWEST_FIRST = sql`order by a.created_at desc, a.id desc`;

export const findAgent = async (ctx: Context, id: string): Promise<AgentRead | undefined> =>
  (await select(ctx, sql`a.id = ${id}`))[0];

export const findAgents = async (ctx: Context, ids: string[]): Promise<AgentRead[]> =>
  ids.length === 0 ? [] : select(ctx, sql`a.id = any(${ids}::uuid[])`);

/** Every agent of a board, those without a gateway too, newest first. */
export const listBoardAgents = (ctx: Context, boardId: string): Promise<AgentRead[]> =>
  select(ctx, sql`a.board_id = ${boardId} ${NEWEST_FIRST}`);

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (character) => `\\${character}`);

/** The filters of a list, and whether agents that work on no board are in it. */
export type AgentFilter = Omit<AgentQuery, 'limit' | 'offset' | 'origin'> & {
  origin: AgentRead['origin'] | 'all';
  withBoardless: boolean;
};

function toConditions(ctx: Context, filters: AgentFilter): RawBuilder<unknown> {
  const { origin, health, q, withBoardless } = filters;
  const equal = (['board_id', 'gateway_id', 'agent_type', 'framework', 'control_state'] as const)
    .filter((column) => filters[column] !== undefined)
    .map((column) => sql`${sql.ref(`a.${column}`)} = ${filters[column]}`);
  const reachable = mayReadBoard(ctx, sql.ref('a.board_id'));
  const like = `%${escapeLike(q ?? '')}%`;
  const conditions = [
    sql`case when a.board_id is null then ${withBoardless}::boolean else ${reachable} end`,
    ...equal,
    ...(origin === 'all' ? [] : [sql`a.origin = ${origin}`]),
    ...(health === undefined ? [] : [sql`${HEALTH} = ${health}`]),
    ...(q ? [sql`(a.name ilike ${like} or a.slug ilike ${like} or a.agent_type ilike ${like})`] : []),
  ];
  return sql.join(conditions, sql` and `);
}

/** A page of the agents that the caller may see, newest first, and how many there are in all. */
export async function listAgents(
  ctx: Context,
  filters: AgentFilter,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ items: AgentRead[]; total: number }> {
  const conditions = toConditions(ctx, filters);
  const [items, counted] = await Promise.all([
    select(ctx, sql`${conditions} ${NEWEST_FIRST} limit ${limit} offset ${offset}`),
    sql<{ total: number }>`select count(*) as total from agents a
      where a.org_id = ${ctx.orgId} and ${conditions}`.execute(ctx.db),
  ]);
  return { items, total: counted.rows[0]?.total ?? 0 };
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
