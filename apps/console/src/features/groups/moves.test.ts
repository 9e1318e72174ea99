import { expect, it } from 'vitest';
import type { Board } from '#console/api/contract.ts';
import { toMoves } from './moves.ts';

const board = (id: string, board_group_id: string | null) => ({ id, name: id, board_group_id }) as Board; // enough here
const boards = [board('a', 'g'), board('b', 'g'), board('c', 'other'), board('d', null)];
const movesOf = (groupId: string | undefined, chosen: string[]) =>
  toMoves(boards, groupId, chosen).map(({ board: { id }, isIn }) => [id, isIn]);

it('moves only boards that come or go', () => {
  expect(movesOf('g', ['a', 'b'])).toEqual([]);
  expect(movesOf('g', ['b', 'd'])).toEqual([
    ['a', false],
    ['d', true],
  ]);
});

it('takes a board from another group, and brings into a new one what was chosen', () => {
  expect(movesOf('g', ['a', 'b', 'c'])).toEqual([['c', true]]);
  expect(movesOf(undefined, ['d'])).toEqual([['d', true]]);
});
