import { expect, it } from 'vitest';
import type { TaskCard } from '#console/api/contract.ts';
import { sortTasks } from './sort-tasks.ts';

const task = (id: string, more: Partial<TaskCard>) =>
  ({ id, title: id, status: 'inbox', priority: 'low', position: 'V', due_at: null, ...more }) as TaskCard; // no more is read
const tasks = [
  task('done', { status: 'done', priority: 'high' }),
  task('second', { position: 'b', due_at: '2026-03-02T00:00:00Z' }),
  task('first', { position: 'a', priority: 'urgent!' }),
  task('review', { status: 'review', due_at: '2026-03-01T00:00:00Z' }),
];
const sorted = (sort: Parameters<typeof sortTasks>[1]) => sortTasks(tasks, sort).map(({ id }) => id);

it('goes through the columns from left to right unless told otherwise', () => {
  expect(sorted(undefined)).toEqual(['first', 'second', 'review', 'done']);
});

it('puts what is due first, and what is never due last', () => {
  expect(sorted('due_at').slice(0, 2)).toEqual(['review', 'second']);
});

it('knows three priorities, others come last', () => {
  expect(sorted('priority')).toEqual(['done', 'second', 'review', 'first']);
});
