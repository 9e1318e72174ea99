import type { Context, TxContext } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { type BoardLevel, hasRole, isInScope } from '../access.rules.ts';
import { listForeignBoards } from './access-rows.store.ts';
import { findBoardOfUser, findBoardPlace } from './board-access.store.ts';

const denied = (level: BoardLevel) =>
  new Problem(
    'board.access_denied',
    403,
    `You may not ${level === 'read' ? 'read' : 'change'} this board; ask an admin.`,
  );

/** Whether a person's rights on a board are enough. */
export function assertBoardLevel(
  access: { can_read: boolean; can_write: boolean },
  role: Parameters<typeof hasRole>[0],
  level: BoardLevel,
): void {
  if (!(level === 'read' ? access.can_read : access.can_write)) throw denied(level);
  if (level === 'admin' && !hasRole(role, 'admin'))
    throw new Problem('board.admin_required', 403, 'Only an admin with write access to the board may do this.');
}

/**
 * Throws unless the caller may reach a board of its own organization that a body or query names: `board.not_found`,
 * `board.access_denied`, `board.admin_required`, `agent.board_forbidden`. (A board of the path is checked by the route.)
 */
export async function assertBoardAccess(ctx: Context, boardId: string, level: BoardLevel): Promise<void> {
  const { caller, db, orgId, actor } = ctx;
  if (caller.kind === 'user') {
    const board = await findBoardOfUser(db, boardId, actor.id);
    if (!board || board.org_id !== orgId) throw notFound('board', boardId);
    return assertBoardLevel(board, caller.role, level);
  }
  const board = await findBoardPlace(db, orgId, boardId);
  if (!board) throw notFound('board', boardId);
  if (caller.kind === 'agent' && !isInScope(caller, board))
    throw new Problem('agent.board_forbidden', 403, 'This board is not one of yours.');
  if (caller.kind === 'process' || (caller.kind === 'service_key' && level !== 'read')) throw denied(level);
}

/** Throws `board.not_in_organization` naming the boards that are none of the organization's. */
export async function assertOwnBoards(tx: TxContext, boardIds: string[]): Promise<void> {
  const foreign = await listForeignBoards(tx, boardIds);
  if (foreign.length === 0) return;
  const message = 'Some of these boards are not in this organization.';
  throw new Problem('board.not_in_organization', 422, message, { body: { message, invalid_board_ids: foreign } });
}
