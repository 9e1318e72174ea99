import { createCleanups } from '#server/gateways/index.ts';
import { assertBoardAccess } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publishAll } from '#server/platform/events/publish.ts';
import { dropWork } from '#server/platform/jobs/work/enqueue.ts';
import { assertVersion, Problem } from '#server/platform/problem.ts';
import { credentialVariableOf, secretNameOf } from '../credentials/names.rules.ts';
import {
  isGatewayInUse,
  listRowsOfBoard,
  listRowsOfGateway,
  listRowsOnGateways,
  removeAgentRows,
  saveWithoutBoard,
} from '../lifecycle/lifecycle.store.ts';
import { messageQueueOf } from '../messages/messages.service.ts';
import { dropReconcile } from '../reconcile/reconcile.service.ts';
import { type AgentRow, lockAgent } from '../registry/agent-rows.store.ts';
import { agentDeleted, agentUpdated } from '../registry/agents.events.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { findAgents } from '../registry/agents.store.ts';
import { requestRelease } from '../releases/releases.service.ts';

/**
 * Deletes an agent that the caller may write to; an unknown one is deleted already. Throws `board.access_denied`,
 * `agent.main_in_use`, `resource.version_conflict`.
 */
export function deleteAgent(ctx: Context, id: string, version: number | undefined): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockAgent(tx, id);
    if (!row) return;
    if (row.board_id !== null) await assertBoardAccess(tx, row.board_id, 'write');
    assertVersion(row.version, version);
    await assertMainUnused(tx, row);
    await removeRows(tx, [row], 'agent_deleted');
  });
}

/** Throws `agent.main_in_use` for a main agent whose gateway has boards. */
export async function assertMainUnused(tx: TxContext, { kind, gateway_id }: AgentRow): Promise<void> {
  if (kind !== 'main' || gateway_id === null || !(await isGatewayInUse(tx, gateway_id))) return;
  throw new Problem('agent.main_in_use', 409, 'Boards use this gateway; they need its main agent.');
}

/**
 * Removes an agent, in the caller's transaction: its token dies with its row, what waits for it is taken back, what
 * stands on its gateway is cleaned up later (an adopted one is only released). Nothing happens when there is none.
 */
export async function removeAgent(tx: TxContext, agentId: string): Promise<void> {
  const row = await lockAgent(tx, agentId);
  if (row) await removeRows(tx, [row], 'agent_deleted');
}

/** Removes the gateway's agents of a board that goes; agents without a gateway only lose the board. */
export async function removeBoardAgents(tx: TxContext, boardId: string): Promise<void> {
  const rows = await listRowsOfBoard(tx, boardId);
  const external = rows.filter(({ kind }) => kind === 'external').map(({ id }) => id);
  await saveWithoutBoard(tx, external);
  const freed = await findAgents(tx, external);
  await publishAll(
    tx,
    agentUpdated,
    freed.map((agent) => ({ subjectId: agent.id, data: { agent, changed: ['board_id'] } })),
  );
  await removeRows(
    tx,
    rows.filter(({ kind }) => kind !== 'external'),
    'board_deleted',
  );
}

/** Removes every agent of a gateway that goes. */
export async function removeGatewayAgents(tx: TxContext, gatewayId: string): Promise<void> {
  await removeRows(tx, await listRowsOfGateway(tx, gatewayId), 'gateway_deleted');
}

/** Notes what must go from gateways with an organization that is being deleted; the rows follow by cascade. */
export async function leaveGateways(tx: TxContext): Promise<void> {
  await createCleanups(tx, (await listRowsOnGateways(tx)).flatMap(toRemoved), 'organization_deleted');
}

/** Facts first: what reacts to them still finds what the agents had. */
async function removeRows(tx: TxContext, rows: AgentRow[], reason: string): Promise<void> {
  if (rows.length === 0) return;
  await createCleanups(tx, rows.flatMap(toRemoved), reason);
  for (const row of rows) {
    await requestRelease(tx, row);
    await dropWork(tx, messageQueueOf(row));
    await dropReconcile(tx, row.id);
  }
  await publishAll(
    tx,
    agentDeleted,
    rows.map((row) => ({ subjectId: row.id, boardId: row.board_id, data: { agent: toRemains(row) } })),
  );
  await removeAgentRows(
    tx,
    rows.map(({ id }) => id),
  );
}

/** What must be cleaned up on the gateway: nothing of agents that are only observed. */
export const toRemoved = ({ id, gateway_id, gateway_agent_id, openclaw_session_id, managed, adopted }: AgentRow) =>
  gateway_id === null || gateway_agent_id === null || !managed || adopted
    ? []
    : [
        {
          ...{ gateway_id, gateway_agent_id, openclaw_session_id },
          secret_names: [secretNameOf(id, 'A'), secretNameOf(id, 'B'), credentialVariableOf(id)],
        },
      ];

const toRemains = ({ id, name, kind, board_id, gateway_id }: AgentRow) => ({
  id,
  name,
  kind: kind as AgentRead['kind'], // checked by the database
  board_id,
  gateway_id,
});
