import { expect, it } from 'vitest';
import type { Board } from '#console/api/contract.ts';
import { toBoardChanges, toBoardValues } from './board-values.ts';

const board = {
  name: 'Launch',
  description: 'To the moon.',
  board_group_id: null,
  gateway_id: 'gw',
  board_type: 'goal',
  objective: null,
  success_metrics: { users: 100, quality: 'high' },
  target_date: '2030-01-02T23:59:59.999Z',
  max_agents: 3,
  require_approval_for_done: true,
  version: 7,
} as unknown as Board; // the form reads no more of it

it('sends nothing but the version when nothing was changed', () => {
  expect(toBoardChanges(board, toBoardValues(board))).toEqual({ version: 7 });
});

it('sends metrics as a map, and null when none is left', () => {
  const values = toBoardValues(board);
  expect(toBoardChanges(board, { ...values, metrics: [{ name: 'users', value: '250' }] })).toMatchObject({
    success_metrics: { users: 250 },
  });
  expect(toBoardChanges(board, { ...values, metrics: [] })).toMatchObject({ success_metrics: null });
});

it('means the end of the chosen day, and none when it is emptied', () => {
  const values = toBoardValues(board);
  const due = new Date(String(toBoardChanges(board, { ...values, target: '2031-05-06' }).target_date));
  expect([due.getFullYear(), due.getMonth(), due.getDate(), due.getHours()]).toEqual([2031, 4, 6, 23]);
  expect(toBoardChanges(board, { ...values, target: '' })).toMatchObject({ target_date: null });
});

it('says that it means to go without a gateway', () => {
  const values = toBoardValues(board);
  expect(toBoardChanges(board, { ...values, gatewayId: '' })).toEqual({
    gateway_id: null,
    without_gateway: true,
    version: 7,
  });
  expect(toBoardChanges(board, { ...values, gatewayId: 'other' })).toEqual({ gateway_id: 'other', version: 7 });
});
