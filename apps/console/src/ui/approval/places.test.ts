import { expect, it } from 'vitest';
import type { Approval } from '#console/api/contract.ts';
import { toOpenGroups, toPlaces } from './places.ts';

const approval = {
  status: 'pending',
  eligible_group_ids: ['legal', 'ops', 'sales'],
  decisions: [
    { board_group_id: 'ops', decision: 'approved', user_name: 'Ann' },
    { board_group_id: 'sales', decision: 'approved', user_name: null },
  ],
} as unknown as Approval; // nothing else of it is read

it('names who agreed for which department', () => {
  expect(toPlaces(approval)).toEqual([
    { groupId: 'legal', saidYes: undefined },
    { groupId: 'ops', saidYes: 'Ann' },
    { groupId: 'sales', saidYes: 'Somebody who left' },
  ]);
});

it('leaves open who has not spoken, and nobody once it is decided', () => {
  expect(toOpenGroups(approval)).toEqual(['legal']);
  expect(toOpenGroups({ ...approval, status: 'rejected' })).toEqual([]);
});
