import type { BoardGroup } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { createBoardGroup, type GroupInput, updateBoardGroup } from '#console/api/queries/work/board-groups.ts';
import { updateBoard } from '#console/api/queries/work/boards.ts';
import type { Move } from './moves.ts';

export interface SavedGroup {
  group: BoardGroup;
  /** Boards that stayed where they were, with the reason. */
  failures: string[];
}

/** Saves a group, then brings its boards in and lets others go; a board that cannot does not keep the rest. */
export async function saveGroup(
  group: BoardGroup | null,
  input: GroupInput,
  toMovesOf: (groupId: string) => Move[],
): Promise<SavedGroup> {
  const saved = await (group ? updateBoardGroup(group.id, input) : createBoardGroup(input));
  const failures: string[] = [];
  for (const { board, isIn } of toMovesOf(saved.id)) {
    try {
      await updateBoard(board.id, { board_group_id: isIn ? saved.id : null });
    } catch (error) {
      failures.push(`${board.name}: ${toFailure(error).message}`);
    }
  }
  return { group: saved, failures };
}
