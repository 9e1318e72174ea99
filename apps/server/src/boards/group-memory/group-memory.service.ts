import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import { getBoard } from '../boards/boards.service.ts';
import { getGroup } from '../groups/groups.service.ts';
import type { GroupLevel } from '../groups/groups.store.ts';
import type { MemoryQuery } from '../memory/memory.schema.ts';
import { listMemory, type Shelf } from '../memory/memory.store.ts';

/** The memory of a group that the caller may read or write. Throws `board_group.not_found`, `board.access_denied`. */
export async function getGroupShelf(ctx: Context, groupId: string, level: GroupLevel): Promise<Shelf<'group'>> {
  const { id } = await getGroup(ctx, groupId, level);
  return { kind: 'group', id };
}

async function findShelfOfBoard(ctx: Context, boardId: string): Promise<Shelf<'group'> | undefined> {
  const { board_group_id } = await getBoard(ctx, boardId);
  return board_group_id === null ? undefined : { kind: 'group', id: board_group_id };
}

/** The memory of the group that a board is in. Throws `board.not_found`, `board.group_missing`. */
export async function getShelfOfBoard(ctx: Context, boardId: string): Promise<Shelf<'group'>> {
  const shelf = await findShelfOfBoard(ctx, boardId);
  if (!shelf) throw new Problem('board.group_missing', 422, 'This board is in no group.');
  return shelf;
}

/** A page of the memory of the group that a board is in; of none, nothing. Throws `board.not_found`. */
export async function listMemoryOfBoardGroup(ctx: Context, boardId: string, query: MemoryQuery) {
  const shelf = await findShelfOfBoard(ctx, boardId);
  return shelf ? listMemory(ctx, shelf, query) : { items: [], total: 0, limit: query.limit, offset: query.offset };
}
