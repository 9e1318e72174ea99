import { type GatewayConnection, getConnection } from '#server/gateways/index.ts';
import { listAgentTokens } from '#server/identity/index.ts';
import { type Context, inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { listRowsAt } from '../adoption/adoption.store.ts';
import { AUTH_PATH } from '../credentials/placeholder.ts';
import { planFiles } from '../files/write-files.ts';
import { READ_ONLY } from '../holds/forbid-commands.ts';
import { listConnected } from '../presence/presence.store.ts';
import { type Pass, toPass } from '../reconcile/pass.ts';
import { requestReconcile } from '../reconcile/reconcile.service.ts';
import { toEntryChange } from '../reconcile/steps.ts';
import { type AgentRow, lockAgent } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { type AgentList, ensureSession, findSessionFileHash, listAgents } from '../remote/calls.ts';
import { isSeedName } from '../templates/render-files.ts';
import { requestRotation } from '../tokens/rotation.service.ts';
import { agentDrifted } from './drift.events.ts';

/** Compares every steady agent of every connected gateway with what stands there, and has put right what is ours. */
export async function findDrift(platform: Platform): Promise<void> {
  for (const { org_id, id } of await listConnected(platform)) {
    try {
      await compareGateway(systemContext(platform, org_id), id);
    } catch (error) {
      // One gateway that does not answer must not keep the others from being compared.
      platform.log.warn({ err: error, gateway_id: id }, 'the agents of a gateway could not be compared');
    }
  }
}

/** Compares the steady agents of one gateway. Throws the 502s. */
export async function compareGateway(ctx: Context, gatewayId: string): Promise<void> {
  const connection = await getConnection(ctx, gatewayId);
  const listed = await listAgents(connection);
  const rows = await listRowsAt(ctx, gatewayId);
  for (const row of rows.filter(isAtRest)) {
    const pass = await toPass(ctx, row, {}, { isFirst: false });
    const found = pass ? await compareAgent(pass, connection, listed) : [];
    if (found.length > 0) await repair(ctx, row, found);
    else if (await hasOldToken(ctx, row.id)) await requestRotation(ctx, row.id);
  }
}

/** Nothing is being done to it, nor has anything failed. */
const isAtRest = ({ managed, lifecycle_state }: AgentRow): boolean =>
  managed && (lifecycle_state === 'steady' || lifecycle_state === 'waking');

async function compareAgent(pass: Pass, connection: GatewayConnection, { agents }: AgentList): Promise<string[]> {
  const { agent } = pass;
  const entry = agents.find(({ id }) => id === agent.gateway_agent_id);
  // An adopted agent that went is for people to look at: we did not make it.
  if (!entry) return agent.adopted ? [] : ['the agent is gone'];
  const fields = agent.adopted ? [] : Object.keys(toEntryChange(agent, entry));
  const files = await planFiles(pass, connection);
  const changed = files.filter(({ name, after }) => after !== null && !isSeedName(name)).map(({ name }) => name);
  return [
    ...fields,
    ...changed,
    ...(await compareCredential(pass, connection)),
    ...(await comparePause(pass, connection)),
  ];
}

async function compareCredential(
  { ctx, agent, credentialMode }: Pass,
  connection: GatewayConnection,
): Promise<string[]> {
  if (credentialMode !== 'file') return [];
  const hash = await findSessionFileHash(connection, agent.openclaw_session_id, AUTH_PATH);
  const tokens = await listAgentTokens(ctx, agent.id);
  return tokens.some(({ state, fileHash }) => state === 'active' && fileHash === hash) ? [] : ['the credential'];
}

async function comparePause({ agent }: Pass, connection: GatewayConnection): Promise<string[]> {
  if (agent.hard_paused_at === null) return [];
  const { gateway_agent_id: agentId, openclaw_session_id: key } = agent;
  const { permissionMode } = await ensureSession(connection, { agentId, key });
  return permissionMode === READ_ONLY ? [] : ['the pause'];
}

/** A token is replaced by age, too. */
const MAX_TOKEN_AGE_MS = 90 * 86_400_000;

const hasOldToken = async (ctx: Context, agentId: string): Promise<boolean> =>
  (await listAgentTokens(ctx, agentId)).some(
    ({ state, activatedAt }) =>
      state === 'active' &&
      activatedAt !== null &&
      ctx.now().getTime() - new Date(activatedAt).getTime() > MAX_TOKEN_AGE_MS,
  );

const repair = (ctx: Context, { id, name, board_id }: AgentRow, found: string[]): Promise<void> =>
  inTransaction(ctx, async (tx) => {
    const row = await lockAgent(tx, id);
    if (!row || !isAtRest(row)) return; // somebody else is at it
    await publish(tx, agentDrifted, { subjectId: id, boardId: board_id, data: { agent_id: id, name, found } });
    await requestReconcile(tx, row, 'update');
    await publishUpdated(tx, id, ['lifecycle_state']);
  });
