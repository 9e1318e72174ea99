import { expect, it } from 'vitest';
import type { Activity } from '../contract.ts';
import { byOffset } from '../pages.ts';
import { isWanted, putLine } from './activity.ts';

const line = (id: string, more: Partial<Activity> = {}) =>
  ({
    id,
    board_id: 'b',
    event_type: 'task.created',
    actor: { kind: 'user', id: null, name: null },
    ...more,
  }) as Activity; // no more is read
const page = (offset: number, ...ids: string[]) => ({ items: ids.map((id) => line(id)), total: 9, limit: 2, offset });

it('belongs where every filter fits', () => {
  expect(isWanted(line('x'), {})).toBe(true);
  expect(isWanted(line('x'), { board_id: 'b', event_type: 'task.created', actor_kind: 'user' })).toBe(true);
  expect(isWanted(line('x'), { board_id: 'c' })).toBe(false);
  expect(isWanted(line('x'), { actor_kind: 'agent' })).toBe(false);
  expect(isWanted(line('x', { board_id: null }), { event_type: 'task.deleted' })).toBe(false);
});

it('stands on top, and the next page begins where the server has moved it to', () => {
  const { pages } = putLine({ pages: [page(0, 'd', 'c'), page(2, 'b', 'a')], pageParams: [0, 2] }, line('e'));
  expect(pages.map(({ items }) => items.map(({ id }) => id))).toEqual([
    ['e', 'd', 'c'],
    ['b', 'a'],
  ]);
  expect(byOffset.getNextPageParam(pages[1] as (typeof pages)[number])).toBe(5);
  expect(pages[0]?.total).toBe(10);
});

it('is there once, however often it is told', () => {
  const list = { pages: [page(0, 'd')], pageParams: [0] };
  expect(putLine(list, line('d'))).toBe(list);
});
