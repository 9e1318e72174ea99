import { createCleanups } from '#server/gateways/index.ts';
import { revokeAgentTokens } from '#server/identity/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { dropWork } from '#server/platform/jobs/work/enqueue.ts';
import { listNamesOnGateway, listRowsOfBoard, lockGateway, saveWatchedOnly } from '../lifecycle/lifecycle.store.ts';
import { toFreeName } from '../lifecycle/places.rules.ts';
import { messageQueueOf } from '../messages/messages.service.ts';
import { dropReconcile, requestReconcile } from '../reconcile/reconcile.service.ts';
import { type AgentRow, saveAgent } from '../registry/agent-rows.store.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { requestRelease } from '../releases/releases.service.ts';
import { toRemoved } from '../removal/removal.service.ts';

/**
 * Takes the agents of a board along to its new gateway, in the caller's transaction: they are cleaned up where they
 * were and provisioned where they are to be. Agents without a gateway stay as they are; adopted ones belong where they
 * stand, so they lose the board and are watched only.
 */
export async function moveBoardAgents(tx: TxContext, boardId: string, gatewayId: string): Promise<void> {
  await lockGateway(tx, gatewayId);
  for (const row of await listRowsOfBoard(tx, boardId))
    if (row.gateway_id !== null && row.gateway_id !== gatewayId)
      await (row.adopted ? leave(tx, row) : move(tx, row, gatewayId));
}

async function leave(tx: TxContext, row: AgentRow): Promise<void> {
  await requestRelease(tx, row);
  await dropWork(tx, messageQueueOf(row));
  await dropReconcile(tx, row.id);
  await revokeAgentTokens(tx, row.id);
  await saveWatchedOnly(tx, row.id);
  await publishUpdated(tx, row.id, ['board_id', 'managed']);
}

async function move(tx: TxContext, row: AgentRow, gatewayId: string): Promise<void> {
  await createCleanups(tx, toRemoved(row), 'agent_moved');
  await dropWork(tx, messageQueueOf(row));
  const name = toFreeName(row.name, await listNamesOnGateway(tx, gatewayId));
  await saveAgent(tx, row.id, { gateway_id: gatewayId, name });
  await requestReconcile(tx, { ...row, gateway_id: gatewayId }, 'provision');
  await publishUpdated(tx, row.id, name === row.name ? ['gateway_id'] : ['gateway_id', 'name']);
}
