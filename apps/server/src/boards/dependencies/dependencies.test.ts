import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeTaskBoard, type TaskBoard } from '../../../test/task-board.ts';

let app: TestApp;
let board: TaskBoard;
beforeAll(async () => {
  app = await createTestApp();
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

it('87: on a blocked task a lead may change dependencies only; with status or assignee 409 and nothing stored', async () => {
  const first = await board.create();
  const second = await board.create();
  const { id } = await board.create({ depends_on_task_ids: [first.id] });
  const blocked = {
    status: 409,
    code: 'task_blocked_cannot_transition',
    body: { detail: { code: 'task_blocked_cannot_transition', blocked_by_task_ids: [second.id] } },
  };
  const depends_on_task_ids = [second.id];
  for (const body of [
    { depends_on_task_ids, assigned_agent_id: board.worker.agentId },
    { depends_on_task_ids, status: 'in_progress', assigned_agent_id: board.worker.agentId },
  ])
    expect(await board.patch(id, body, board.lead.headers)).toMatchObject(blocked);
  expect(await board.read(id)).toMatchObject({ depends_on_task_ids: [first.id], version: 1 });
  const changed = await board.patch(id, { depends_on_task_ids }, board.lead.headers);
  expect(changed).toMatchObject({ status: 200, body: { depends_on_task_ids, is_blocked: true, version: 2 } });
  const freed = { depends_on_task_ids: [], status: 'in_progress', assigned_agent_id: board.worker.agentId };
  expect((await board.patch(id, freed, board.lead.headers)).body).toMatchObject({ status: 'in_progress' });
});

it('a worker moves a blocked task nowhere but to the inbox', async () => {
  const first = await board.create();
  const { id } = await board.create({ depends_on_task_ids: [first.id] });
  for (const status of ['in_progress', 'review', 'done'])
    expect(await board.patch(id, { status }, board.worker.headers), status).toMatchObject({
      status: 409,
      code: 'task_blocked_cannot_transition',
      body: { detail: { blocked_by_task_ids: [first.id] } },
    });
});

it('88: a user PATCH that leaves the task blocked puts it to inbox, unassigned, 200 with X-Task-Adjusted', async () => {
  const first = await board.create();
  const { id } = await board.create({ status: 'in_progress', assigned_agent_id: board.worker.agentId });
  const answer = await board.patch(id, { depends_on_task_ids: [first.id], priority: 'high' });
  expect(answer).toMatchObject({
    status: 200,
    body: { status: 'inbox', assigned_agent_id: null, in_progress_at: null, is_blocked: true, priority: 'high' },
  });
  expect(answer.headers['x-task-adjusted']).toBe('blocked');
  for (const status of ['in_progress', 'review', 'done']) {
    const again = await board.patch(id, { status, assigned_agent_id: board.worker.agentId, position: 'A1' });
    expect(again.body, status).toEqual(answer.body);
    expect(again.headers['x-task-adjusted']).toBe('blocked');
  }
  expect(await board.factsOf(id)).toEqual(['task.created', 'task.status_changed']);
  const harmless = await board.patch(id, { title: 'Another' });
  expect(harmless.headers['x-task-adjusted']).toBeUndefined();
});

it('89: a done task that stays done is not touched by open dependencies; they cannot change, the same set is fine', async () => {
  const first = await board.create({ status: 'done' });
  const { id } = await board.create({ status: 'done', depends_on_task_ids: [first.id] });
  const other = await board.create();
  await board.patch(first.id, { status: 'inbox' });
  expect(await board.read(id)).toMatchObject({ status: 'done', is_blocked: false, blocked_by_task_ids: [] });
  expect((await board.patch(id, { title: 'Renamed' })).body).toMatchObject({ status: 'done', title: 'Renamed' });
  expect(await board.patch(id, { depends_on_task_ids: [other.id] })).toMatchObject({
    status: 409,
    code: 'task.dependencies_frozen',
  });
  expect((await board.patch(id, { depends_on_task_ids: [first.id] })).status).toBe(200);
  const reopened = await board.patch(id, { status: 'in_progress' });
  expect(reopened.body).toMatchObject({ status: 'inbox', is_blocked: true, cycle: 2 });
});

it('90: self dependency 422; cycle 409, also through five tasks', async () => {
  const { id } = await board.create();
  expect(await board.patch(id, { depends_on_task_ids: [id] })).toMatchObject({
    status: 422,
    code: 'task.dependency_self',
  });
  let last = id;
  for (let i = 0; i < 4; i++) last = (await board.create({ depends_on_task_ids: [last] })).id;
  expect(await board.patch(id, { depends_on_task_ids: [last] })).toMatchObject({
    status: 409,
    code: 'task.dependency_cycle',
  });
  expect(await board.read(id)).toMatchObject({ depends_on_task_ids: [], version: 1 });
});

it('90: two parallel PATCHes that close a cycle together do not both succeed', async () => {
  for (let round = 0; round < 10; round++) {
    const [a, b, c] = [await board.create(), await board.create(), await board.create()];
    const answers = await Promise.all([
      board.patch(a.id, { depends_on_task_ids: [b.id] }),
      board.patch(b.id, { depends_on_task_ids: [c.id] }),
      board.patch(c.id, { depends_on_task_ids: [a.id] }),
    ]);
    const codes = answers.map(({ status, code }) => (status === 200 ? 'ok' : code)).sort();
    expect(codes).toEqual(['ok', 'ok', 'task.dependency_cycle']);
  }
});

it('91: finishing a dependency writes task.updated for dependents and clears is_blocked', async () => {
  const first = await board.create();
  const { id } = await board.create({ depends_on_task_ids: [first.id] });
  const done = await board.create({ status: 'done' });
  await board.patch(first.id, { status: 'done' });
  expect(await board.read(id)).toMatchObject({ is_blocked: false, blocked_by_task_ids: [], version: 1 });
  expect(await board.factsOf(id)).toEqual(['task.created', 'task.updated']);
  expect(await board.factsOf(done.id)).toEqual(['task.created']);
});

it('reopening a dependency puts what waits for it back to the inbox, and leaves what is done', async () => {
  const first = await board.create({ status: 'done' });
  const begun = await board.create({ depends_on_task_ids: [first.id], status: 'in_progress' });
  await board.patch(begun.id, { assigned_agent_id: board.worker.agentId });
  const idle = await board.create({ depends_on_task_ids: [first.id] });
  const done = await board.create({ depends_on_task_ids: [first.id], status: 'done' });
  await board.told();
  await board.patch(first.id, { status: 'in_progress', assigned_agent_id: board.other.agentId });
  expect(await board.read(begun.id)).toMatchObject({ status: 'inbox', assigned_agent_id: null, is_blocked: true });
  expect(await board.read(idle.id)).toMatchObject({ status: 'inbox', is_blocked: true, version: 1 });
  expect(await board.read(done.id)).toMatchObject({ status: 'done', version: 1 });
  expect((await board.factsOf(begun.id)).at(-1)).toBe('task.status_changed');
  expect((await board.factsOf(idle.id)).at(-1)).toBe('task.updated');
  expect(await board.factsOf(done.id)).toEqual(['task.created']);
  expect(await board.told()).toEqual(['lead: task.returned_to_inbox', 'other: task.assigned']);
  const history = await board.call('GET', `/boards/${board.boardId}/tasks/${begun.id}/history`);
  expect(history.body.items.at(-1)).toMatchObject({ from_status: 'in_progress', to_status: 'inbox' });
});

it('a task never begins while what it waits for is reopened at the same moment', async () => {
  for (let round = 0; round < 10; round++) {
    const first = await board.create({ status: 'done' });
    const { id } = await board.create({ depends_on_task_ids: [first.id] });
    await Promise.all([
      board.patch(first.id, { status: 'inbox' }),
      board.patch(id, { status: 'in_progress' }, board.worker.headers),
    ]);
    expect(await board.read(id)).toMatchObject({ status: 'inbox', is_blocked: true });
  }
});
