import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeTaskBoard, type TaskBoard } from '../../../../test/task-board.ts';
import { announceDueDates } from './due.jobs.ts';

let app: TestApp;
let board: TaskBoard;
let clock = Date.parse('2026-03-01T00:00:00Z');
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(clock) });
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

const HOUR = 3_600_000;
const inHours = (hours: number) => new Date(clock + hours * HOUR).toISOString();
async function announce(hoursLater: number) {
  clock += hoursLater * HOUR;
  await announceDueDates(app.platform);
  await announceDueDates(app.platform);
}
const announcedOf = async (id: string) => (await board.factsOf(id)).filter((type) => /due/.test(type));

it('104: task.due_soon and task.overdue come once per due date, and again after it changes', async () => {
  const { id } = await board.create({ due_at: inHours(30), assigned_agent_id: board.worker.agentId });
  await board.told();
  await announce(5);
  expect(await board.told()).toEqual([]);
  await announce(2);
  expect(await board.told()).toEqual(['worker: task.due_soon']);
  await announce(22);
  expect(await board.told()).toEqual([]);
  await announce(2);
  expect(await board.told()).toEqual(['worker: task.overdue']);
  await board.patch(id, { due_at: inHours(10) });
  await announce(1);
  expect(await board.told()).toEqual(['worker: task.due_soon']);
  await announce(10);
  expect(await board.told()).toEqual(['worker: task.overdue']);
  expect(await announcedOf(id)).toEqual(['task.due_soon', 'task.overdue', 'task.due_soon', 'task.overdue']);
  expect((await board.read(id)).version).toBe(2);
});

it('tells the lead of a task that nobody has, and of what is late already only that', async () => {
  const { id } = await board.create({ due_at: inHours(-1) });
  await board.told();
  await announce(0);
  expect(await board.told()).toEqual(['lead: task.overdue']);
  const [fact] = await app.platform.db
    .selectFrom('events')
    .select(['actor', 'activity', 'data', 'board_id'])
    .where('subject_id', '=', id)
    .where('type', '=', 'task.overdue')
    .execute();
  expect(fact).toMatchObject({
    actor: { kind: 'system' },
    board_id: board.boardId,
    activity: { event_type: 'task.overdue', task_id: id },
    data: { task: { id } },
  });
});

it('says nothing of what is done, and nothing of dates that are taken away', async () => {
  const done = await board.create({ status: 'done', due_at: inHours(2) });
  const cleared = await board.create({ due_at: inHours(2) });
  await board.patch(cleared.id, { due_at: null });
  await board.told();
  await announce(3);
  expect(await board.told()).toEqual([]);
  for (const { id } of [done, cleared]) expect(await announcedOf(id)).toEqual([]);
});

it('announces many dates of several organizations', async () => {
  const boards = [board, await makeTaskBoard(app)];
  for (const on of boards) for (let i = 0; i < 60; i++) await on.create({ due_at: inHours(1) });
  await announce(0);
  const counts = await app.platform.db
    .selectFrom('events')
    .select(({ fn }) => ['board_id', fn.countAll<number>().as('count')])
    .where('type', '=', 'task.due_soon')
    .where('occurred_at', '=', new Date(clock).toISOString())
    .groupBy('board_id')
    .execute();
  expect(counts.map(({ count }) => count)).toEqual([60, 60]);
});
