import { expect, it } from 'vitest';
import { addTasks, countDone, dropTask, putTask } from './board-snapshot.ts';
import type { BoardSnapshot, Task } from './contract.ts';

// Only what is read of them.
const task = (id: string, more: Partial<Task> = {}) =>
  ({ id, status: 'inbox', assigned_agent_id: null, ...more }) as Task;
const snapshot = {
  tasks: [{ ...task('a'), comments_count: 3 }, task('b', { status: 'done' })],
  agents: [{ id: 'ada', name: 'Ada' }],
  tasks_total: 5,
} as unknown as BoardSnapshot;

it('puts a changed task where it stood, with the name of its assignee and what only cards know', () => {
  const { tasks, tasks_total } = putTask(snapshot, task('a', { status: 'review', assigned_agent_id: 'ada' }), false);
  expect(tasks[0]).toMatchObject({ id: 'a', status: 'review', assignee: 'Ada', comments_count: 3 });
  expect(tasks_total).toBe(5);
});

it('counts a new task once, however often it is told', () => {
  const once = putTask(snapshot, task('c'), true);
  expect(once.tasks.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  expect([once.tasks_total, putTask(once, task('c'), true).tasks_total]).toEqual([6, 6]);
});

it('does not count a done task that was not loaded when it comes back', () => {
  const back = putTask(snapshot, task('old'), false);
  expect(back.tasks_total).toBe(5);
  expect(countDone(back)).toEqual({ loaded: 1, total: 3 });
});

it('adds pages of done tasks without doubling', () => {
  const more = addTasks(snapshot, [task('b', { status: 'done' }), task('d', { status: 'done' })]);
  expect(more.tasks.map(({ id }) => id)).toEqual(['a', 'b', 'd']);
  expect(countDone(more)).toEqual({ loaded: 2, total: 4 });
});

it('forgets a deleted task', () => {
  expect(dropTask(snapshot, 'a')).toMatchObject({ tasks_total: 4, tasks: [{ id: 'b' }] });
});
