import type { Board } from '#console/api/contract.ts';

/** What is asked of a board so that it belongs, or belongs no more. */
export interface Move {
  board: Board;
  isIn: boolean;
}

/** The boards whose group has to change so that the chosen ones are those of the group. */
export const toMoves = (boards: readonly Board[], groupId: string | undefined, chosen: readonly string[]): Move[] =>
  boards.flatMap((board) => {
    const isIn = chosen.includes(board.id);
    const wasIn = groupId !== undefined && board.board_group_id === groupId;
    return isIn === wasIn ? [] : [{ board, isIn }];
  });
