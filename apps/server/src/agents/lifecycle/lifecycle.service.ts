import type { TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { type AgentPatch, type AgentRow, saveAgent } from '../registry/agent-rows.store.ts';
import { agentCreated } from '../registry/agents.events.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { getAgent, publishUpdated } from '../registry/agents.service.ts';
import { isEmpty, toChanged } from '../registry/changes.rules.ts';
import { toHeartbeatConfig } from './heartbeats.rules.ts';
import {
  findBoard,
  findLead,
  findMain,
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
import { requestReconcile } from './reconcile.service.ts';

/** What people say of a new agent. */
export type AgentDraft = Partial<
  Pick<NewGatewayAgent, 'heartbeat_config' | 'identity_profile' | 'identity_template' | 'soul_template' | 'model'>
> & { name: string };

export const nameTaken = (name: string) =>
  new Problem('agent.name_taken', 409, `An agent of this gateway is already called ${name}.`);

/** Throws `board.not_found`, `board.gateway_missing`. */
export async function getBoardOfGateway(tx: TxContext, boardId: string) {
  const board = await findBoard(tx, boardId);
  if (!board) throw notFound('board', boardId);
  if (board.gateway_id === null)
    throw new Problem('board.gateway_missing', 422, 'This board has no gateway; its agents are enrolled by an SDK.');
  return { ...board, gateway_id: board.gateway_id };
}

/** Makes a worker on a board. Throws `agent.name_taken`, `board.gateway_missing`, `board.gateway_main_missing`. */
export async function createWorker(tx: TxContext, boardId: string, draft: AgentDraft): Promise<AgentRead> {
  const { gateway_id } = await getBoardOfGateway(tx, boardId);
  await lockGateway(tx, gateway_id);
  if (!(await findMain(tx, gateway_id)))
    throw new Problem('board.gateway_main_missing', 422, 'The gateway of this board has no main agent.');
  if (await isNameTaken(tx, gateway_id, draft.name, null)) throw nameTaken(draft.name);
  const id = newId(tx.now());
  return insert(tx, { kind: 'worker', agentId: id }, { id, gateway_id, board_id: boardId }, draft);
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
    const place = { id: newId(tx.now()), gateway_id, board_id: boardId };
    const agent = await insert(tx, { kind: 'lead', boardId }, place, { name: free, identity_profile: profile });
    return { agent, created: true };
  }
  const others = (await listNamesOnGateway(tx, gateway_id)).filter((one) => one !== lead.name);
  const gatewayAgentId = lead.adopted ? lead.gateway_agent_id : toGatewayAgentId({ kind: 'lead', boardId });
  const changed = toChanged(lead, {
    name: name === undefined ? undefined : toFreeName(name, others),
    identity_profile: identity_profile && profile,
    gateway_id,
    gateway_agent_id: gatewayAgentId,
    openclaw_session_id: gatewayAgentId && toSessionKey(gatewayAgentId),
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
  const place = { id: newId(tx.now()), gateway_id: gatewayId, board_id: null };
  return insert(tx, { kind: 'main', gatewayId }, place, { name, identity_profile: MAIN_IDENTITY });
}

async function insert(
  tx: TxContext,
  place: Place,
  ids: Pick<NewGatewayAgent, 'id' | 'gateway_id' | 'board_id'>,
  { heartbeat_config = {}, ...draft }: AgentDraft,
): Promise<AgentRead> {
  const gatewayAgentId = toGatewayAgentId(place);
  const agent = {
    ...ids,
    kind: place.kind,
    gateway_agent_id: gatewayAgentId,
    openclaw_session_id: toSessionKey(gatewayAgentId),
    identity_profile: null,
    identity_template: null,
    soul_template: null,
    model: null,
    ...draft,
    heartbeat_config: toHeartbeatConfig(heartbeat_config),
  };
  const handle = place.kind === 'worker' ? toHandle(draft.name, ids.id) : gatewayAgentId;
  const row =
    (await insertGatewayAgent(tx, { ...agent, slug: handle })) ??
    (await insertGatewayAgent(tx, { ...agent, slug: toOtherHandle(handle, ids.id) }));
  if (!row) throw nameTaken(draft.name);
  await requestReconcile(tx, row, 'provision');
  const created = await getAgent(tx, ids.id);
  await publish(tx, agentCreated, { subjectId: ids.id, boardId: ids.board_id, data: { agent: created } });
  return created;
}
