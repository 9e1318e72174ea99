import type { Approval, Board, BoardGroup, Member } from '#console/api/contract.ts';
import type { Department } from '#console/ui/approval/decide/department-field.tsx';
import { toOpenGroups } from '#console/ui/approval/places.ts';

interface Sight {
  groups: readonly BoardGroup[];
  boards: readonly Board[];
  member: Member | undefined;
}

const mayWrite = (member: Member | undefined, boardId: string): boolean =>
  member !== undefined &&
  (member.all_boards_write || member.board_access.some(({ board_id, can_write }) => board_id === boardId && can_write));

/**
 * The departments whose word is open in every one of these approvals: those on whose boards the caller may write, or all of
 * them when there are none, since a voice may be lent.
 */
export function toDepartments(approvals: readonly Approval[], { groups, boards, member }: Sight): Department[] {
  const [first, ...rest] = approvals.map(toOpenGroups);
  const open = (first ?? []).filter((id) => rest.every((ids) => ids.includes(id)));
  const own = open.filter((id) => boards.some((board) => board.board_group_id === id && mayWrite(member, board.id)));
  return (own.length > 0 ? own : open).map((id) => ({
    id,
    name: groups.find((group) => group.id === id)?.name ?? 'A department you cannot see',
  }));
}
