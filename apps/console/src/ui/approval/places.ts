import type { Approval } from '#console/api/contract.ts';

/** A department that may agree, and who of it did. */
export interface Place {
  groupId: string;
  saidYes: string | undefined;
}

/** The departments of a joint approval, each with who agreed for it; none where the board itself decides. */
export const toPlaces = ({ eligible_group_ids, decisions }: Approval): Place[] =>
  eligible_group_ids.map((groupId) => {
    const yes = decisions.find((made) => made.board_group_id === groupId && made.decision === 'approved');
    return { groupId, saidYes: yes && (yes.user_name ?? 'Somebody who left') };
  });

/** The departments whose word is still open, while the approval waits. */
export const toOpenGroups = (approval: Approval): string[] =>
  approval.status === 'pending' ? toPlaces(approval).flatMap(({ groupId, saidYes }) => (saidYes ? [] : groupId)) : [];
