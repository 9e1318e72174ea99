import { listPoliciesFor } from '#server/governance/index.ts';
import { assertBoardAccess, hasRole } from '#server/identity/index.ts';
import type { Context, TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { forbidden, notFound } from '#server/platform/problem.ts';
import { findUnknownKinds } from '../bundles/rule-kinds.rules.ts';
import { BUNDLE_TTL_S, commandAgents } from '../commands/commands.service.ts';
import { listHolds } from '../control/holders/holds.store.ts';
import { listParents } from '../enrolment/parents.store.ts';
import { findRollout, type ListedProducer, listProducers } from '../producers/producers.store.ts';
import { findVersion } from '../versions/versions.store.ts';
import { type AgentRow, lockAgent } from './agent-rows.store.ts';
import { agentUpdated } from './agents.events.ts';
import type { AgentDetail, AgentQuery, AgentRead } from './agents.schema.ts';
import { findAgent, hasGateway, listAgents } from './agents.store.ts';

/** Throws `agent.not_found`. */
export async function getAgent(ctx: Context, id: string): Promise<AgentRead> {
  const agent = await findAgent(ctx, id);
  if (!agent) throw notFound('agent', id);
  return agent;
}

/** Holds the row of an agent that the caller may change. Throws `agent.not_found`, `board.access_denied`. */
export async function lockWritableAgent(tx: TxContext, id: string): Promise<AgentRow> {
  const row = await lockAgent(tx, id);
  if (!row) throw notFound('agent', id);
  if (row.board_id !== null) await assertBoardAccess(tx, row.board_id, 'write');
  return row;
}

/** An agent with its active version, parents, holds and processes. */
export async function toAgentDetail(ctx: Context, agent: AgentRead): Promise<AgentDetail> {
  const { id, slug, active_version_id } = agent;
  const [version, parents, holds, rollout, producers] = await Promise.all([
    active_version_id ? findVersion(ctx, id, active_version_id) : undefined,
    listParents(ctx, id),
    listHolds(ctx, id),
    findRollout(ctx, id),
    listProducers(ctx, id, slug),
  ]);
  const processes = await withUnread(ctx, id, producers);
  return { ...agent, active_version: version ?? null, parents, holds, rollout, producers: processes };
}

/** Says of each process which kinds of enforced rules it cannot read. */
async function withUnread(ctx: Context, id: string, producers: ListedProducer[]): Promise<AgentDetail['producers']> {
  const isSaid = producers.some(({ rule_kinds }) => rule_kinds !== null);
  const held = isSaid ? (await listPoliciesFor(ctx, [{ id }])).get(id) : undefined;
  return producers.map(({ rule_kinds, ...producer }) => ({
    ...producer,
    unread_rules: findUnknownKinds(held?.policies ?? [], rule_kinds),
  }));
}

/** What of a row is in the bundles of its processes. */
const GOVERNING = ['control_state', 'fail_mode', 'enforce_capabilities', 'board_id', 'active_version_id'];

/**
 * Publishes `agent.updated` with the row as it is now, which it returns; its processes are sent the bundle that the change
 * has numbered anew.
 */
export async function publishUpdated(tx: TxContext, id: string, changed: string[]): Promise<AgentRead> {
  const agent = await getAgent(tx, id);
  if (changed.some((field) => GOVERNING.includes(field)))
    await commandAgents(tx, [id], { type: 'bundle', body: {}, ttlS: BUNDLE_TTL_S });
  await publish(tx, agentUpdated, { subjectId: id, boardId: agent.board_id, data: { agent, changed } });
  return agent;
}

/** Whether the caller acts for the whole organization: an admin, a key of the organization, the server itself. */
const isAdmin = ({ caller }: Context): boolean =>
  caller.kind === 'user' ? hasRole(caller.role, 'admin') : caller.kind === 'service_key' || caller.kind === 'system';

const ofAdmins = () => forbidden('Agents that work on no board are for admins.');

/**
 * A page of the agents that the caller may see: those of boards it may read, and for admins those on no board. Throws
 * `auth.forbidden`, `board.not_found`, `board.access_denied`, `gateway.not_found`.
 */
export async function listVisibleAgents(
  ctx: Context,
  { origin, limit, offset, ...filters }: AgentQuery,
): Promise<{ items: AgentRead[]; total: number }> {
  if (origin === undefined && !isAdmin(ctx)) throw forbidden('This list is for admins; ask for one origin or for all.');
  if (filters.board_id !== undefined) await assertBoardAccess(ctx, filters.board_id, 'read');
  if (filters.gateway_id !== undefined && !(await hasGateway(ctx, filters.gateway_id)))
    throw notFound('gateway', filters.gateway_id);
  const filter = { ...filters, origin: origin ?? 'openclaw', withBoardless: isAdmin(ctx) };
  return listAgents(ctx, filter, { limit, offset });
}

/** Throws `agent.not_found`, `board.access_denied`, and `auth.forbidden` for an agent on no board. */
export async function getVisibleAgent(ctx: Context, id: string): Promise<AgentRead> {
  const agent = await getAgent(ctx, id);
  if (agent.board_id !== null) await assertBoardAccess(ctx, agent.board_id, 'read');
  else if (!isAdmin(ctx)) throw ofAdmins();
  return agent;
}
