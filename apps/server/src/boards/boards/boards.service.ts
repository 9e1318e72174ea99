import { moveBoardAgents, removeBoardAgents } from '#server/agents/index.ts';
import { hasRole } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { removeBoardWork } from '#server/platform/jobs/work/enqueue.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { slugify } from '#server/platform/text/slug.rules.ts';
import { boardCreated, boardDeleted, boardUpdated } from './boards.events.ts';
import {
  assertGatewayGiven,
  assertGoalAfter,
  assertGoalComplete,
  assertMayChange,
  type BoardChanges,
  findChanges,
  listFreeSlugs,
  toFieldChanges,
} from './boards.rules.ts';
import type { BoardCreate, BoardRead, BoardUpdate } from './boards.schema.ts';
import {
  findBoard,
  findSlugs,
  insertBoard,
  lockBoard,
  lockBoardForRemoval,
  lockBoardsOfGroup,
  lockGateway,
  lockGroupName,
  removeBoard,
  saveBoard,
} from './boards.store.ts';
import { tellGroups, tellLead } from './notices.ts';

/** Throws `board.not_found`. */
export async function getBoard(ctx: Context, id: string): Promise<BoardRead> {
  const board = await findBoard(ctx, id);
  if (!board) throw notFound('board', id);
  return board;
}

/**
 * Makes a board; its slug gets a suffix when it is taken. Throws `board.gateway_required`, `board.gateway_invalid`,
 * `board.gateway_main_missing`, `board.group_invalid`, `board.goal_incomplete`.
 */
export function createBoard(ctx: Context, input: BoardCreate): Promise<BoardRead> {
  assertGatewayGiven(input);
  if (input.goal_confirmed) assertGoalComplete(input);
  return inTransaction(ctx, async (tx) => {
    await assertPlaces(tx, input);
    const board = await insertWithFreeSlug(tx, input);
    await publish(tx, boardCreated, { subjectId: board.id, boardId: board.id, data: { board } });
    return board;
  });
}

async function insertWithFreeSlug(tx: TxContext, input: BoardCreate): Promise<BoardRead> {
  const base = toSlug(input.slug, input.name);
  for (const slug of listFreeSlugs(base, await findSlugs(tx, base))) {
    const board = await insertBoard(tx, { ...input, id: newId(tx.now()), slug });
    if (board) return board;
  }
  throw new Error('the slugs of a name never end');
}

const toSlug = (slug: string, name: string): string => slugify(slug) || slugify(name) || 'board';

/**
 * Changes a board; values that are as they were count as not sent. Throws `board.not_found`,
 * `resource.version_conflict`, `board.admin_required`, `board.slug_taken` and what {@link createBoard} throws.
 */
export function updateBoard(
  ctx: Context,
  id: string,
  patch: BoardUpdate,
  expectedVersion: number | undefined,
): Promise<BoardRead> {
  return inTransaction(ctx, async (tx) => {
    const board = await lockExisting(tx, id);
    assertVersion(board.version, expectedVersion);
    const slug = patch.slug === undefined ? {} : { slug: toSlug(patch.slug, board.name) };
    const changes = findChanges(board, { ...patch, ...slug });
    assertMayChange(changes, ctx.caller.kind === 'user' && hasRole(ctx.caller.role, 'admin'));
    if ('gateway_id' in changes) assertGatewayGiven(patch);
    assertGoalAfter(board, changes);
    await assertPlaces(tx, changes);
    return changeBoard(tx, board, changes);
  });
}

/** Saves changes of a locked board, publishes `board.updated` and tells the agents concerned; without any, nothing. */
export async function changeBoard(tx: TxContext, before: BoardRead, changes: BoardChanges): Promise<BoardRead> {
  if (Object.keys(changes).length === 0) return before;
  if (changes.gateway_id) await moveBoardAgents(tx, before.id, changes.gateway_id);
  const board = await saveChanges(tx, before, changes);
  if (changes.board_group_id !== undefined) await tellGroups(tx, before, changes.board_group_id);
  return board;
}

/** Takes the boards of a group out of it, since it goes. Locks them in the order of their ids. */
export async function ungroupBoards(tx: TxContext, groupId: string): Promise<void> {
  for (const board of await lockBoardsOfGroup(tx, groupId)) await saveChanges(tx, board, { board_group_id: null });
}

async function saveChanges(tx: TxContext, before: BoardRead, changes: BoardChanges): Promise<BoardRead> {
  await saveBoard(tx, before.id, changes);
  const board = await getBoard(tx, before.id);
  const data = { board, changes: toFieldChanges(before, changes) };
  await publish(tx, boardUpdated, { subjectId: board.id, boardId: board.id, data });
  await tellLead(tx, before, changes);
  return board;
}

/**
 * Removes a board with everything on it; what its agents left on their gateway goes by cleanup jobs. Throws
 * `board.not_found`, `resource.version_conflict`.
 */
export function deleteBoard(ctx: Context, id: string, expectedVersion: number | undefined): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const board = await lockBoardForRemoval(tx, id);
    if (!board) throw notFound('board', id);
    assertVersion(board.version, expectedVersion);
    await removeBoardAgents(tx, board.id);
    await removeBoardWork(tx, board.id);
    await removeBoard(tx, board.id);
    await publish(tx, boardDeleted, { subjectId: board.id, boardId: board.id, data: { board } });
  });
}

/** Throws `board.not_found`. */
export async function lockExisting(tx: TxContext, id: string): Promise<BoardRead> {
  const board = await lockBoard(tx, id);
  if (!board) throw notFound('board', id);
  return board;
}

/** Throws unless the gateway and the group, where given, are the organization's and the gateway has a main agent. */
async function assertPlaces(
  tx: TxContext,
  { gateway_id, board_group_id }: Pick<BoardUpdate, 'gateway_id' | 'board_group_id'>,
): Promise<void> {
  if (gateway_id) {
    const gateway = await lockGateway(tx, gateway_id);
    if (!gateway) throw new Problem('board.gateway_invalid', 422, `No gateway of this organization is ${gateway_id}.`);
    if (!gateway.has_main)
      throw new Problem('board.gateway_main_missing', 422, 'The gateway has no main agent yet; add it first.');
  }
  if (board_group_id && !(await lockGroupName(tx, board_group_id)))
    throw new Problem('board.group_invalid', 422, `No board group of this organization is ${board_group_id}.`);
}
