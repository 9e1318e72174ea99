import { estimateHeartbeats, type HeartbeatEstimate, setHeartbeats } from '#server/agents/index.ts';
import { hasRole } from '#server/identity/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { forbidden, notFound, Problem } from '#server/platform/problem.ts';
import { type Listener, listGroupListeners } from '../boards/audience.store.ts';
import { findBoard } from '../boards/boards.store.ts';
import { getGroup } from '../groups/groups.service.ts';
import { findGroup } from '../groups/groups.store.ts';
import type { BoardGroupHeartbeatApply, BoardGroupHeartbeatApplyResult } from './group-heartbeats.schema.ts';

/**
 * Gives every agent of a group's boards the same pace, leads only when asked. For admins who write a board of the group
 * and for leads of its boards. Throws `board_group.not_found`, `board.access_denied`, `auth.forbidden`,
 * `agent.lead_required`.
 */
export async function applyHeartbeat(
  ctx: Context,
  groupId: string,
  { every, include_board_leads }: BoardGroupHeartbeatApply,
): Promise<BoardGroupHeartbeatApplyResult> {
  const id = await assertMayPace(ctx, groupId);
  return inTransaction(ctx, async (tx) => {
    const paced = await listPaced(tx, id, include_board_leads);
    const { requested, updated, failed } = await setHeartbeats(tx, paced, every);
    return { board_group_id: id, requested, updated_agent_ids: updated, failed_agent_ids: failed };
  });
}

/** What {@link applyHeartbeat} would cost, and whose scheduled turns it would stop. Throws as it does. */
export async function estimateHeartbeat(
  ctx: Context,
  groupId: string,
  { every, include_board_leads }: BoardGroupHeartbeatApply,
): Promise<HeartbeatEstimate> {
  const id = await assertMayPace(ctx, groupId);
  return estimateHeartbeats(ctx, await listPaced(ctx, id, include_board_leads), every);
}

async function listPaced(ctx: Context, groupId: string, withLeads: boolean): Promise<string[]> {
  const isPaced = ({ kind }: Listener) => kind === 'worker' || (withLeads && kind === 'lead');
  return (await listGroupListeners(ctx, groupId)).filter(isPaced).map(({ id }) => id);
}

/** The group's id, when the caller may set its pace. */
async function assertMayPace(ctx: Context, groupId: string): Promise<string> {
  const { caller } = ctx;
  if (caller.kind === 'agent') {
    const group = await findGroup(ctx, groupId);
    if (!group) throw notFound('board_group', groupId);
    const board = caller.agentKind === 'lead' && caller.boardId ? await findBoard(ctx, caller.boardId) : undefined;
    if (board?.board_group_id === group.id) return group.id;
    throw new Problem('agent.lead_required', 403, 'Only the lead of a board of this group may do this.');
  }
  if (caller.kind !== 'user' || !hasRole(caller.role, 'admin'))
    throw forbidden('Only admins may set the pace of agents.');
  return (await getGroup(ctx, groupId, 'write')).id;
}
