import { gatewayWait, getConnection } from '#server/gateways/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { dropWork, enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import { deliverCredential } from '../credentials/credential.ts';
import { toPass } from '../reconcile/pass.ts';
import { lockGatewayAgent } from '../reconcile-requests/reconcile-requests.service.ts';
import { findAgentRow } from '../registry/agent-rows.store.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { getAgent } from '../registry/agents.service.ts';

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
    const waitsFor = await gatewayWait(tx, gateway_id);
    await dropWork(tx, queueOf(id));
    await enqueueWork(tx, {
      kind: ROTATE_TOKEN,
      subject: { kind: 'agent', id },
      boardId: board_id,
      queue: queueOf(id),
      ...(waitsFor === undefined ? {} : { waitsFor }),
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
  const pass = row && (await toPass(ctx, row, { rotate_token: true }, { isFirst: false }));
  if (!pass) return; // gone meanwhile: its tokens went with it
  await deliverCredential(pass, await getConnection(ctx, pass.agent.gateway_id));
}
