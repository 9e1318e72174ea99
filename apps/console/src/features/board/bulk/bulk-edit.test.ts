import { expect, it } from 'vitest';
import type { TaskCard } from '#console/api/contract.ts';
import { toBatches } from './bulk-edit.ts';

const task = (id: string, more: Partial<TaskCard> = {}) =>
  ({ id, status: 'inbox', priority: 'low', assigned_agent_id: null, tag_ids: [], ...more }) as unknown as TaskCard; // no more is read

it('sends one change for all that need it, and leaves out those that have it', () => {
  const tasks = [task('a'), task('b', { status: 'done' }), task('c')];
  expect(toBatches(tasks, { status: 'done' })).toEqual([{ taskIds: ['a', 'c'], patch: { status: 'done' } }]);
  expect(toBatches(tasks, { assigneeId: null })).toEqual([]);
  expect(toBatches([task('a', { assigned_agent_id: 'ada' })], { assigneeId: null })).toEqual([
    { taskIds: ['a'], patch: { assigned_agent_id: null } },
  ]);
});

it('adds a tag to what each has, and sends those alike together', () => {
  const tasks = [
    task('a', { tag_ids: ['x', 'y'] }),
    task('b', { tag_ids: ['y', 'x'] }),
    task('c'),
    task('d', { tag_ids: ['t'] }),
  ];
  expect(toBatches(tasks, { tagId: 't', isOn: true })).toEqual([
    { taskIds: ['a', 'b'], patch: { tag_ids: ['t', 'x', 'y'] } },
    { taskIds: ['c'], patch: { tag_ids: ['t'] } },
  ]);
});

it('takes a tag away where it is', () => {
  const tasks = [task('a', { tag_ids: ['t', 'x'] }), task('b')];
  expect(toBatches(tasks, { tagId: 't', isOn: false })).toEqual([{ taskIds: ['a'], patch: { tag_ids: ['x'] } }]);
});
