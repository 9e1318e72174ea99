import { expect, it } from 'vitest';
import type { Approval, Board, BoardGroup, Member } from '#console/api/contract.ts';
import { toDepartments } from './departments.ts';

// Only what is read of each.
const approval = (ids: string[], decided: string[] = []) =>
  ({
    status: 'pending',
    eligible_group_ids: ids,
    decisions: decided.map((board_group_id) => ({ board_group_id, decision: 'approved', user_name: 'Ann' })),
  }) as unknown as Approval;
const groups = ['legal', 'ops', 'sales'].map((id) => ({ id, name: id.toUpperCase() }) as BoardGroup);
const boards = groups.map(({ id }) => ({ id: `${id}-board`, board_group_id: id }) as Board);
const writerOn = (...ids: string[]) =>
  ({
    all_boards_write: false,
    board_access: ids.map((board_id) => ({ board_id, can_write: true })),
  }) as unknown as Member;
const namesOf = (approvals: Approval[], member: Member | undefined) =>
  toDepartments(approvals, { groups, boards, member }).map(({ name }) => name);

it('offers those on whose boards one may write and that have not spoken', () => {
  expect(namesOf([approval(['legal', 'ops', 'sales'], ['ops'])], writerOn('ops-board', 'sales-board'))).toEqual([
    'SALES',
  ]);
});

it('offers all open ones to whom a voice may have been lent', () => {
  expect(namesOf([approval(['legal', 'ops'])], writerOn())).toEqual(['LEGAL', 'OPS']);
});

it('offers for several approvals what is open in each of them', () => {
  expect(namesOf([approval(['legal', 'ops']), approval(['ops', 'sales'])], undefined)).toEqual(['OPS']);
  expect(namesOf([approval(['legal']), approval([])], undefined)).toEqual([]);
});
