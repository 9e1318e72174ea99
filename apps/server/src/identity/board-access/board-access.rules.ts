import type { AccessUpdate, OrganizationBoardAccessSpec } from './board-access.schema.ts';

/** What to store of an access: one row per board, none that gives nothing, none beside a flag for all boards. */
export function toStoredAccess({ all_boards_read, all_boards_write, board_access }: AccessUpdate): AccessUpdate {
  const rows = all_boards_read || all_boards_write ? [] : mergeRows([], board_access);
  return { all_boards_read, all_boards_write, board_access: rows };
}

/** Both together: flags and rows only ever add. */
export const mergeAccess = (a: AccessUpdate, b: AccessUpdate): AccessUpdate => ({
  all_boards_read: a.all_boards_read || b.all_boards_read,
  all_boards_write: a.all_boards_write || b.all_boards_write,
  board_access: mergeRows(a.board_access, b.board_access),
});

function mergeRows(
  first: OrganizationBoardAccessSpec[],
  second: OrganizationBoardAccessSpec[],
): OrganizationBoardAccessSpec[] {
  const byBoard = new Map<string, OrganizationBoardAccessSpec>();
  for (const { board_id, can_read, can_write } of [...first, ...second]) {
    const known = byBoard.get(board_id);
    const mayWrite = can_write || known?.can_write === true;
    // Who may write may read.
    byBoard.set(board_id, {
      board_id,
      can_read: can_read || mayWrite || known?.can_read === true,
      can_write: mayWrite,
    });
  }
  return [...byBoard.values()].filter(({ can_read }) => can_read);
}

/** Whether somebody with the access `own` may pass `given` on. */
export function isWithin(given: AccessUpdate, own: AccessUpdate): boolean {
  if (own.all_boards_write) return true;
  if (given.all_boards_write || (given.all_boards_read && !own.all_boards_read)) return false;
  const ownRows = new Map(own.board_access.map((row) => [row.board_id, row]));
  return given.board_access.every(({ board_id, can_write }) => {
    const row = ownRows.get(board_id);
    if (can_write) return row?.can_write === true;
    return own.all_boards_read || row?.can_read === true || row?.can_write === true;
  });
}
