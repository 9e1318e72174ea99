import { getConnection, getGateway } from '#server/gateways/index.ts';
import { assertBoardAccess } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { Problem } from '#server/platform/problem.ts';
import { ensureGatewayAgent } from '../discovery/discovery.service.ts';
import { getBoardOfGateway, nameTaken, otherGateway } from '../lifecycle/lifecycle.service.ts';
import { isNameTaken, listNamesOnGateway, lockGateway } from '../lifecycle/lifecycle.store.ts';
import { toFreeName, toSessionKey } from '../lifecycle/places.rules.ts';
import { requestReconcile } from '../reconcile/reconcile.service.ts';
import { type AgentRow, findAgentRow } from '../registry/agent-rows.store.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { getAgent, lockWritableAgent, publishUpdated } from '../registry/agents.service.ts';
import { type AgentEntry, listAgents } from '../remote/calls.ts';
import { agentAdopted } from './adoption.events.ts';
import type { AdoptionPlan, AdoptionRequest, GatewayAgent } from './adoption.schema.ts';
import { listRowsAt, saveAdopted, saveManaged } from './adoption.store.ts';
import { type DraftAgent, planAdoption } from './plan.ts';

const isSeenOnly = ({ control_state }: AgentRow): boolean => control_state === 'discovered';

/** The agents that stand on a gateway, with those of them that are ours. Throws `gateway.not_found`, the 502s. */
export async function listFound(ctx: Context, gatewayId: string): Promise<GatewayAgent[]> {
  await getGateway(ctx, gatewayId);
  const { agents } = await listAgents(await getConnection(ctx, gatewayId));
  const rows = new Map((await listRowsAt(ctx, gatewayId)).map((row) => [row.gateway_agent_id, row]));
  const names = new Set([...rows.values()].filter((row) => !isSeenOnly(row)).map(({ name }) => name.toLowerCase()));
  return agents.map((entry) => {
    const row = rows.get(entry.id);
    const ours = row && !isSeenOnly(row) ? row : undefined;
    const name = entry.name ?? entry.id;
    const isTaken = ours === undefined && names.has(name.toLowerCase());
    return {
      ...{ gateway_agent_id: entry.id, name, managed: ours?.managed ?? false, agent_id: ours?.id ?? null },
      conflicts: isTaken ? [`Another agent of this gateway is called ${name}; choose another name.`] : [],
    };
  });
}

/**
 * Adopts an agent as it stands, or says what that would change: without `manage` nothing is written to the gateway.
 * One without a board is watched only. Throws `gateway.not_found`, `gateway_agent.not_found`, `agent.already_adopted`,
 * `agent.board_required`, `board.other_gateway`, `agent.name_taken`, the 502s.
 */
export async function adoptAgent(
  ctx: Context,
  gatewayId: string,
  request: AdoptionRequest,
): Promise<AdoptionPlan | AgentRead> {
  const gateway = await getGateway(ctx, gatewayId);
  const connection = await getConnection(ctx, gatewayId);
  const { agents, defaultId } = await listAgents(connection);
  const entry = agents.find(({ id }) => id === request.gateway_agent_id);
  if (!entry) throw entryMissing(request.gateway_agent_id);
  const id = await ensureSeen(ctx, gatewayId, entry.id);
  if (request.manage && request.board_id === null) throw boardRequired();
  if (!request.dry_run) return inTransaction(ctx, (tx) => saveAdoption(tx, gatewayId, { entry, request, id }));
  const draft = toDraft(id, gatewayId, entry, request);
  const plan = await planAdoption(ctx, { draft, entry, gateway, connection, manage: request.manage });
  if (entry.id === defaultId)
    plan.warnings.push('This is the default agent of the gateway; it is never deleted there.');
  if (request.board_id === null)
    plan.warnings.push('It works on no board: nobody can give it a task until you put it on one.');
  return plan;
}

/** The row of an agent that was seen, made when there is none: its id stands in the files that are shown and written. */
async function ensureSeen(ctx: Context, gatewayId: string, gatewayAgentId: string): Promise<string> {
  const seen = await ensureGatewayAgent(ctx, gatewayId, gatewayAgentId);
  const row = seen && (await findAgentRow(ctx, seen.id));
  if (!row) throw new Problem('agent.being_removed', 409, 'An agent with this id is being removed; try again later.');
  if (!isSeenOnly(row)) throw alreadyAdopted(row);
  return row.id;
}

function toDraft(id: string, gatewayId: string, entry: AgentEntry, { name, board_id }: AdoptionRequest): DraftAgent {
  return {
    ...{ id, name: name ?? entry.name ?? entry.id, kind: 'worker', board_id, gateway_id: gatewayId, adopted: true },
    ...{ gateway_agent_id: entry.id, openclaw_session_id: toSessionKey(entry.id) },
    ...{ identity_profile: null, identity_template: null, soul_template: null, role_soul: null },
  };
}

async function saveAdoption(
  tx: TxContext,
  gatewayId: string,
  { entry, request, id }: { entry: AgentEntry; request: AdoptionRequest; id: string },
): Promise<AgentRead> {
  const { board_id, manage } = request;
  if (board_id !== null) await assertBoardAccess(tx, board_id, 'write');
  await lockGateway(tx, gatewayId);
  if (board_id !== null && (await getBoardOfGateway(tx, board_id)).gateway_id !== gatewayId) throw otherGateway();
  if (request.name !== undefined && (await isNameTaken(tx, gatewayId, request.name, id))) throw nameTaken(request.name);
  const others = await listNamesOnGateway(tx, gatewayId, id);
  const name = request.name ?? toFreeName(entry.name ?? entry.id, others);
  await saveAdopted(tx, id, {
    ...{ name, board_id, managed: manage, openclaw_session_id: toSessionKey(entry.id) },
    workspace_path: entry.workspace ?? null,
  });
  if (manage) await requestReconcile(tx, { id, gateway_id: gatewayId, board_id }, 'update');
  const agent = await getAgent(tx, id);
  await publish(tx, agentAdopted, { subjectId: id, boardId: board_id, data: { agent } });
  return agent;
}

/**
 * Gives an adopted agent a credential and our section of AGENTS.md, or says what that would change. Throws
 * `agent.not_found`, `agent.board_required`, `agent.session_missing`, `gateway_agent.not_found`, `board.access_denied`,
 * the 502s.
 */
export async function manageAgent(ctx: Context, id: string, isDryRun: boolean): Promise<AdoptionPlan | AgentRead> {
  if (!isDryRun)
    return inTransaction(ctx, async (tx) => {
      const row = await lockWritableAgent(tx, id);
      assertManageable(row);
      if (row.managed) return getAgent(tx, id);
      await saveManaged(tx, id);
      await requestReconcile(tx, row, 'update');
      return publishUpdated(tx, id, ['managed']);
    });
  const row = await inTransaction(ctx, (tx) => lockWritableAgent(tx, id));
  const draft = assertManageable(row);
  const gateway = await getGateway(ctx, draft.gateway_id);
  const connection = await getConnection(ctx, draft.gateway_id);
  const entry = (await listAgents(connection)).agents.find((one) => one.id === draft.gateway_agent_id);
  if (!entry) throw entryMissing(draft.gateway_agent_id);
  return planAdoption(ctx, { draft, entry, gateway, connection, manage: true });
}

function assertManageable(row: AgentRow): DraftAgent {
  const { gateway_id, gateway_agent_id, openclaw_session_id } = row;
  if (gateway_id === null || gateway_agent_id === null || openclaw_session_id === null)
    throw new Problem('agent.session_missing', 422, `${row.name} has no session on a gateway.`);
  if (row.board_id === null && row.adopted) throw boardRequired();
  return { ...row, gateway_id, gateway_agent_id, openclaw_session_id };
}

const boardRequired = () =>
  new Problem('agent.board_required', 422, 'Name the board that the agent works on: only then it gets a credential.');

const entryMissing = (id: string) =>
  new Problem('gateway_agent.not_found', 404, `The gateway has no agent with the id ${id}.`);

const alreadyAdopted = ({ id, name }: AgentRow) => {
  const message = `This agent is ${name} here already.`;
  return new Problem('agent.already_adopted', 409, message, { body: { message, agent_id: id } });
};
