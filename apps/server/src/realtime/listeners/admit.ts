import { listReadableGroupIds } from '#server/boards/index.ts';
import { hasRole } from '#server/identity/index.ts';
import type { Caller, Context, Platform } from '#server/platform/context.ts';
import type { Authenticate, Credentials } from '#server/platform/principal.ts';
import type { Admission, Reach } from './reach.rules.ts';
import { findReadableBoard, listReadableBoards } from './reach.store.ts';

/** What a stream asks for. */
export interface Claim {
  /** The access of its route. */
  access: string;
  orgId: string;
  /** The board of its path: the caller's rights are those of the board's own organization. */
  pathBoardId?: string;
  /** Only what is about this board or its group. */
  boardId?: string | undefined;
  /** Only what is about this board group. */
  groupId?: string;
}

/** undefined for who may not, or no longer, listen. Throws the Problem of credentials that are refused. */
export async function admit(
  platform: Platform,
  authenticate: Authenticate,
  credentials: Credentials,
  claim: Claim,
): Promise<Admission | undefined> {
  const { access, pathBoardId, boardId = pathBoardId, groupId } = claim;
  const principal = await authenticate(credentials);
  const problem = pathBoardId === undefined ? principal?.deny(access) : undefined;
  if (problem) throw problem;
  const place = pathBoardId === undefined ? principal : await principal?.enter(access, pathBoardId);
  if (!principal || place?.orgId !== claim.orgId) return undefined;
  const { actor } = principal;
  const { orgId, caller } = place;
  const reach = await findReach({ ...platform, orgId, caller, actor }, boardId, groupId);
  return reach && { actorId: actor.id, caller, boardId, reach };
}

async function findReach(
  ctx: Context,
  boardId: string | undefined,
  groupId: string | undefined,
): Promise<Reach | undefined> {
  if (boardId !== undefined) return findReachOfBoard(ctx, boardId);
  const groups = new Set(await listReadableGroupIds(ctx));
  if (groupId !== undefined)
    return groups.has(groupId) ? { boards: new Set(), groups: new Set([groupId]), hasBoardless: false } : undefined;
  const boards = readsAllBoards(ctx.caller) ? 'all' : new Set(await listReadableBoards(ctx));
  return { boards, groups, hasBoardless: isAdminOrKey(ctx.caller) };
}

async function findReachOfBoard(ctx: Context, boardId: string): Promise<Reach | undefined> {
  const board = await findReadableBoard(ctx, boardId);
  if (!board) return undefined;
  const groups = board.board_group_id === null ? [] : [board.board_group_id];
  return { boards: new Set([boardId]), groups: new Set(groups), hasBoardless: false };
}

const isAdminOrKey = (caller: Caller): boolean =>
  caller.kind === 'service_key' || (caller.kind === 'user' && hasRole(caller.role, 'admin'));

const readsAllBoards = (caller: Caller): boolean =>
  caller.kind === 'service_key' || (caller.kind === 'user' && (caller.allBoardsRead || caller.allBoardsWrite));
