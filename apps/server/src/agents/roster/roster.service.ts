import { assertBoardAccess } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { forbidden, notFound, Problem } from '#server/platform/problem.ts';
import type { AgentCreate } from '../lifecycle/lifecycle.schema.ts';
import { createAgent } from '../lifecycle/lifecycle.service.ts';
import { type AgentRow, lockAgent, saveAgent } from '../registry/agent-rows.store.ts';
import type { AgentRead } from '../registry/agents.schema.ts';
import { publishUpdated } from '../registry/agents.service.ts';
import { listAgents } from '../registry/agents.store.ts';
import { removeAgent } from '../removal/removal.service.ts';

/**
 * A page of the agents in the calling agent's scope, newest first: those of its board, or of its gateway for a main
 * agent. Throws `board.not_found`, `agent.board_forbidden`.
 */
export async function listRoster(
  ctx: Context,
  { board_id, ...page }: { board_id?: string | undefined; limit: number; offset: number },
): Promise<{ items: AgentRead[]; total: number }> {
  if (board_id !== undefined) {
    await assertBoardAccess(ctx, board_id, 'read');
    return listAgents(ctx, { board_id, origin: 'all', withBoardless: false }, page);
  }
  const gatewayId = ctx.caller.kind === 'agent' && ctx.caller.agentKind === 'main' ? ctx.caller.gatewayId : null;
  const filter = gatewayId === null ? { withBoardless: false } : { gateway_id: gatewayId, withBoardless: true };
  return listAgents(ctx, { ...filter, origin: 'all' }, page);
}

/** Makes a worker on the calling lead's board, whatever board the body names. Throws as `createAgent`. */
export function createAgentAsLead(ctx: Context, body: AgentCreate): Promise<AgentRead> {
  if (ctx.caller.kind !== 'agent') throw forbidden('This is for agents.');
  if (ctx.caller.agentKind !== 'lead') throw new Problem('agent.lead_required', 403, 'Only leads make agents.');
  return createAgent(ctx, { ...body, board_id: ctx.caller.boardId });
}

/**
 * Deletes a worker of the calling lead's board; one without a gateway only leaves the board. An unknown one is deleted
 * already. Throws `agent.main_protected`, `agent.lead_protected`, `agent.not_found` for one of another board.
 */
export function deleteAgentAsLead(ctx: Context, boardId: string, agentId: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockAgent(tx, agentId);
    if (!row) return;
    assertMayDelete(tx, row, boardId);
    if (row.kind !== 'external') return removeAgent(tx, agentId);
    await saveAgent(tx, agentId, { board_id: null });
    await publishUpdated(tx, agentId, ['board_id']);
  });
}

function assertMayDelete({ caller }: TxContext, { id, kind, board_id, gateway_id }: AgentRow, boardId: string): void {
  if (kind === 'main' && caller.kind === 'agent' && caller.gatewayId === gateway_id)
    throw new Problem('agent.main_protected', 403, 'A lead does not delete the main agent of its gateway.');
  if (board_id !== boardId) throw notFound('agent', id);
  if (kind === 'lead') throw new Problem('agent.lead_protected', 403, 'The lead of a board is deleted by a person.');
}
