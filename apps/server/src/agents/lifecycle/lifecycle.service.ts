import { assertBoardAccess } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { toHeartbeatConfig } from '../heartbeats/heartbeats.rules.ts';
import { requestReconcile } from '../reconcile/reconcile.service.ts';
import { type AgentPatch, type AgentRow, saveAgent } from '../registry/agent-rows.store.ts';
import { agentCreated } from '../registry/agents.events.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { getAgent, publishUpdated } from '../registry/agents.service.ts';
import { isEmpty, toChanged } from '../registry/changes.ts';
import { toStored } from './drafts.ts';
import type { AgentCreate } from './lifecycle.schema.ts';
import {
  countWorkers,
  findLead,
  findMain,
  holdBoard,
  insertGatewayAgent,
  isNameTaken,
  listNamesOnGateway,
  lockGateway,
  type NewGatewayAgent,
} from './lifecycle.store.ts';
import {
  LEAD_IDENTITY,
  LEAD_NAME,
  MAIN_IDENTITY,
  type Place,
  toFreeName,
  toGatewayAgentId,
  toHandle,
  toMainName,
  toOtherHandle,
  toSessionKey,
} from './places.rules.ts';

/** What people say of a new agent. */
type AgentDraft = Partial<
  Pick<NewGatewayAgent, 'heartbeat_config' | 'identity_profile' | 'identity_template' | 'soul_template' | 'model'>
> & { name: string };

export const nameTaken = (name: string) =>
  new Problem('agent.name_taken', 409, `An agent of this gateway is already called ${name}.`);

export const otherGateway = () =>
  new Problem('board.other_gateway', 422, 'This board does not use the gateway of the agent.');

/** Throws `board.not_found`, `board.gateway_missing`. */
export async function getBoardOfGateway(tx: TxContext, boardId: string) {
  const board = await holdBoard(tx, boardId);
  if (!board) throw notFound('board', boardId);
  if (board.gateway_id === null)
    throw new Problem('board.gateway_missing', 422, 'This board has no gateway; its agents are enrolled by an SDK.');
  return { ...board, gateway_id: board.gateway_id };
}

/**
 * Makes a worker on a board, for an admin who may write there, or for the board's lead within the board's limit. Throws
 * `agent.board_required`, `agent.lead_required`, `agent.other_board`, `agent.limit_reached`, `agent.name_taken`,
 * `board.not_found`, `board.access_denied`, `board.gateway_missing`, `board.gateway_main_missing`, `request.invalid`.
 */
export async function createAgent(
  ctx: Context,
  { board_id, name, model, ...described }: AgentCreate,
): Promise<AgentRead> {
  if (board_id === null) throw new Problem('agent.board_required', 422, 'Name the board that the agent works on.');
  await assertMayCreate(ctx, board_id);
  const { heartbeat_config, ...stored } = toStored(described);
  return inTransaction(ctx, async (tx) => {
    const board = await getBoardOfGateway(tx, board_id);
    await lockGateway(tx, board.gateway_id);
    if (tx.caller.kind === 'agent') await assertBelowLimit(tx, board);
    if (!(await findMain(tx, board.gateway_id)))
      throw new Problem('board.gateway_main_missing', 422, 'The gateway of this board has no main agent.');
    if (await isNameTaken(tx, board.gateway_id, name, null)) throw nameTaken(name);
    const id = newId(tx.now());
    const place: Place = { id, kind: 'worker', gateway_id: board.gateway_id, board_id };
    return insert(tx, place, { ...stored, name, model, heartbeat_config: heartbeat_config ?? {} });
  });
}

async function assertMayCreate(ctx: Context, boardId: string): Promise<void> {
  const { caller } = ctx;
  if (caller.kind !== 'agent') return assertBoardAccess(ctx, boardId, 'write');
  if (caller.agentKind !== 'lead') throw new Problem('agent.lead_required', 403, 'Only leads make agents.');
  if (caller.boardId !== boardId) throw new Problem('agent.other_board', 403, 'A lead makes agents for its own board.');
}

async function assertBelowLimit(tx: TxContext, { id, max_agents }: { id: string; max_agents: number }): Promise<void> {
  if ((await countWorkers(tx, id)) < max_agents) return;
  const message = `This board may have ${max_agents} agents besides its lead; ask a person for more.`;
  throw new Problem('agent.limit_reached', 409, message, { body: { message, max_agents } });
}

/**
 * The lead of a board, made when there is none, else corrected and, when it failed, provisioned again. Throws
 * `board.not_found`, `board.gateway_missing`.
 */
export async function ensureLead(
  tx: TxContext,
  { boardId, name, identity_profile }: { boardId: string; name?: string; identity_profile?: Record<string, string> },
): Promise<{ agent: AgentRead; created: boolean }> {
  const { gateway_id } = await getBoardOfGateway(tx, boardId);
  await lockGateway(tx, gateway_id);
  const lead = await findLead(tx, boardId);
  const profile = { ...LEAD_IDENTITY, ...identity_profile };
  if (!lead) {
    const free = toFreeName(name ?? LEAD_NAME, await listNamesOnGateway(tx, gateway_id));
    const place: Place = { id: newId(tx.now()), kind: 'lead', gateway_id, board_id: boardId };
    const agent = await insert(tx, place, { name: free, identity_profile: profile });
    return { agent, created: true };
  }
  const others = (await listNamesOnGateway(tx, gateway_id)).filter((one) => one !== lead.name);
  const gatewayAgentId = toGatewayAgentId({ id: lead.id, kind: 'lead', gateway_id, board_id: boardId });
  const changed = toChanged(lead, {
    name: name === undefined ? undefined : toFreeName(name, others),
    identity_profile: identity_profile && profile,
    gateway_id,
    // An adopted agent keeps the names it had.
    ...(lead.adopted ? {} : { gateway_agent_id: gatewayAgentId, openclaw_session_id: toSessionKey(gatewayAgentId) }),
  });
  await correctLead(tx, { ...lead, gateway_id }, changed);
  return { agent: await getAgent(tx, lead.id), created: false };
}

async function correctLead(tx: TxContext, lead: AgentRow, changed: AgentPatch): Promise<void> {
  if (isEmpty(changed) && lead.lifecycle_state !== 'failed') return;
  if (!isEmpty(changed)) await saveAgent(tx, lead.id, changed);
  await requestReconcile(tx, lead, lead.last_seen_at === null ? 'provision' : 'update');
  await publishUpdated(tx, lead.id, Object.keys(changed));
}

/** The main agent of a gateway, made when there is none. The caller may hold the gateway's row. */
export async function ensureMain(tx: TxContext, gatewayId: string): Promise<AgentRead> {
  const gateway = await lockGateway(tx, gatewayId);
  if (!gateway) throw notFound('gateway', gatewayId);
  const main = await findMain(tx, gatewayId);
  if (main) return getAgent(tx, main.id);
  const name = toFreeName(toMainName(gateway.name), await listNamesOnGateway(tx, gatewayId));
  const place: Place = { id: newId(tx.now()), kind: 'main', gateway_id: gatewayId, board_id: null };
  return insert(tx, place, { name, identity_profile: MAIN_IDENTITY });
}

async function insert(tx: TxContext, place: Place, { heartbeat_config, ...draft }: AgentDraft): Promise<AgentRead> {
  const gatewayAgentId = toGatewayAgentId(place);
  const agent = {
    ...place,
    gateway_agent_id: gatewayAgentId,
    openclaw_session_id: toSessionKey(gatewayAgentId),
    identity_profile: null,
    identity_template: null,
    soul_template: null,
    model: null,
    ...draft,
    heartbeat_config: toHeartbeatConfig(heartbeat_config ?? {}),
  };
  const handle = place.kind === 'worker' ? toHandle(draft.name, place.id) : gatewayAgentId;
  const row =
    (await insertGatewayAgent(tx, { ...agent, slug: handle })) ??
    (await insertGatewayAgent(tx, { ...agent, slug: toOtherHandle(handle, place.id) }));
  if (!row) throw nameTaken(draft.name);
  await requestReconcile(tx, row, 'provision');
  const created = await getAgent(tx, place.id);
  await publish(tx, agentCreated, { subjectId: place.id, boardId: place.board_id, data: { agent: created } });
  return created;
}
