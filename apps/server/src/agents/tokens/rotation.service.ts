import { getConnection } from '#server/gateways/index.ts';
import { beginTokenRotation, confirmTokenRotation } from '#server/identity/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { dropWork, enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { lockGatewayAgent } from '../reconcile-requests/reconcile-requests.service.ts';
import { findAgentRow, lockAgent } from '../registry/agent-rows.store.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { getAgent } from '../registry/agents.service.ts';
import { agentTokenRotated } from './rotation.events.ts';

export const ROTATE_TOKEN = 'agent.rotate_token';

const queueOf = (agentId: string) => `${ROTATE_TOKEN}:${agentId}`;

/**
 * Asks for a new token: a job that waits for the gateway and replaces an older one. The old token works until the new
 * one is proved to stand where the agent finds it. Throws `agent.not_found`, `board.access_denied`,
 * `agent.session_missing`.
 */
export function requestRotation(ctx: Context, id: string): Promise<AgentRead> {
  return inTransaction(ctx, async (tx) => {
    const { gateway_id, board_id } = await lockGatewayAgent(tx, id);
    await dropWork(tx, queueOf(id));
    await enqueueWork(tx, {
      kind: ROTATE_TOKEN,
      subject: { kind: 'agent', id },
      boardId: board_id,
      queue: queueOf(id),
      waitsFor: `gateway:${gateway_id}`,
      payload: { agent_id: id },
    });
    return getAgent(tx, id);
  });
}

/**
 * Rotates an agent's token in two phases: the new one is pending until it was written and read back on the gateway.
 * Each try makes a new token, since a plain one is kept nowhere. Throws the 502 codes of gateways.
 */
export async function rotateToken(ctx: Context, agentId: string): Promise<void> {
  const row = await findAgentRow(ctx, agentId);
  if (!row?.gateway_id || !row.gateway_agent_id) return; // gone meanwhile: its tokens went with it
  const token = await inTransaction(ctx, (tx) => beginTokenRotation(tx, agentId));
  const connection = await getConnection(ctx, row.gateway_id);
  await connection.writeCredential(row.gateway_agent_id, token);
  await inTransaction(ctx, async (tx) => {
    if (!(await lockAgent(tx, agentId))) return;
    await confirmTokenRotation(tx, agentId);
    const agent = await getAgent(tx, agentId);
    await publish(tx, agentTokenRotated, { subjectId: agentId, boardId: agent.board_id, data: { agent } });
  });
}
