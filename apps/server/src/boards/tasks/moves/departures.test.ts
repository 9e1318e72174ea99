import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeTaskBoard, type TaskBoard } from '../../../../test/task-board.ts';

let app: TestApp;
let board: TaskBoard;
beforeAll(async () => {
  app = await createTestApp();
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

it('the tasks of a deleted agent have nobody; those in progress are back in the inbox with history', async () => {
  const has = { assigned_agent_id: board.worker.agentId };
  const begun = await board.create({ ...has, status: 'in_progress' });
  const planned = await board.create(has);
  const done = await board.create({ ...has, status: 'done' });
  const others = await board.create({ assigned_agent_id: board.other.agentId });
  await board.told();
  const answer = await board.call('DELETE', `/agents/${board.worker.agentId}`, { as: app.owner.headers });
  expect(answer.status).toBe(200);
  expect(await board.read(begun.id)).toMatchObject({ status: 'inbox', assigned_agent_id: null, in_progress_at: null });
  expect(await board.read(planned.id)).toMatchObject({ status: 'inbox', assigned_agent_id: null, version: 2 });
  expect(await board.read(done.id)).toMatchObject({ status: 'done', assigned_agent_id: null });
  expect(await board.read(others.id)).toMatchObject({ assigned_agent_id: board.other.agentId });
  expect((await board.factsOf(begun.id)).at(-1)).toBe('task.status_changed');
  expect((await board.factsOf(planned.id)).at(-1)).toBe('task.updated');
  expect(await board.told()).toEqual(['lead: task.returned_to_inbox']);
  const history = await board.call('GET', `/boards/${board.boardId}/tasks/${begun.id}/history`);
  expect(history.body.items.at(-1)).toMatchObject({ from_status: 'in_progress', to_status: 'inbox' });
});

it('nobody is told by a board that goes with its agents', async () => {
  const on = await makeTaskBoard(app);
  await on.create({ status: 'in_progress', assigned_agent_id: on.worker.agentId });
  const answer = await on.call('DELETE', `/boards/${on.boardId}`, { as: app.owner.headers });
  expect(answer.status).toBe(200);
  expect(await on.told()).toEqual([]);
});
