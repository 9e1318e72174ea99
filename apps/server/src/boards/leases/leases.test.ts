import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeTaskBoard, type TaskBoard } from '../../../test/task-board.ts';
import { expireLeases } from './leases.service.ts';

let app: TestApp;
let board: TaskBoard;
let clock = Date.parse('2026-03-01T00:00:00Z');
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(clock) });
});
afterAll(() => app.close());
beforeEach(async () => {
  board = await makeTaskBoard(app);
});

const claim = (body?: unknown, as = board.worker.headers) =>
  board.call('POST', `/agent/boards/${board.boardId}/tasks/claim`, { ...(body === undefined ? {} : { body }), as });
const lease = (verb: 'renew' | 'release', taskId: string, body: unknown, as = board.worker.headers) =>
  board.call('POST', `/agent/boards/${board.boardId}/tasks/${taskId}/lease/${verb}`, { body, as });
const patchFenced = (taskId: string, fence: unknown, body: unknown) =>
  board.call('PATCH', `/agent/boards/${board.boardId}/tasks/${taskId}`, {
    body,
    as: { ...board.worker.headers, 'x-task-fence': `${fence}` },
  });

describe('a claim', () => {
  it('takes the next unblocked task by priority, due date, place and age, and begins it', async () => {
    const first = await board.create({ title: 'low', priority: 'low' });
    await board.create({ title: 'waits', priority: 'high', depends_on_task_ids: [first.id] });
    await board.create({ title: 'taken', priority: 'high', assigned_agent_id: board.other.agentId });
    await board.create({ title: 'later', due_at: '2026-04-02' });
    await board.create({ title: 'sooner', due_at: '2026-04-01' });
    await board.create({ title: 'whenever' });
    await board.create({ title: 'in front', position: 'A1' });
    await board.create({ title: 'mine', priority: 'high', assigned_agent_id: board.worker.agentId });
    await board.told();
    const titles: string[] = [];
    for (let answer = await claim(); answer.status === 200; answer = await claim()) titles.push(answer.body.task.title);
    expect(titles).toEqual(['mine', 'sooner', 'later', 'in front', 'whenever', 'low']);
    expect(await board.told()).toEqual([]);
  });

  it('answers the task and its lease, and leaves history and a fact', async () => {
    const { id } = await board.create();
    clock += 1000;
    const { status, body } = await claim({ lease_s: 60 });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      task: { id, status: 'in_progress', assigned_agent_id: board.worker.agentId, version: 2 },
      lease: {
        id: expect.any(String),
        fence: 1,
        expires_at: new Date(clock + 60_000).toISOString(),
      },
    });
    expect(await board.factsOf(id)).toEqual(['task.created', 'task.status_changed']);
    const history = await board.call('GET', `/boards/${board.boardId}/tasks/${id}/history`);
    expect(history.body.items.at(-1)).toMatchObject({
      from_status: 'inbox',
      to_status: 'in_progress',
      actor: { kind: 'agent', id: board.worker.agentId },
    });
  });

  it('is 204 when there is nothing to do, and only looks at what was asked for', async () => {
    expect((await claim({})).status).toBe(204);
    const tag = await board.call('POST', '/tags', { body: { name: newId() }, as: app.owner.headers });
    await board.create({ title: 'plain' });
    const tagged = await board.create({ title: 'tagged', priority: 'low', tag_ids: [tag.body.id] });
    expect((await claim({ priority: 'high' })).status).toBe(204);
    expect((await claim({ tag_id: tag.body.id })).body.task.id).toBe(tagged.id);
    expect((await claim({ tag_id: tag.body.id })).status).toBe(204);
    expect((await claim({ tag_id: null, priority: null })).body.task.title).toBe('plain');
  });

  it('is for workers of the board, by its rules', async () => {
    await board.create();
    expect((await claim({}, board.lead.headers)).code).toBe('auth.forbidden');
    expect((await claim({}, (await makeTaskBoard(app)).worker.headers)).code).toBe('agent.board_forbidden');
    for (const body of [{ lease_s: 29 }, { lease_s: 3601 }, { tag_id: 'x' }])
      expect((await claim(body)).code).toBe('request.invalid');
    const rules = (values: object) =>
      app.platform.db.updateTable('boards').set(values).where('id', '=', board.boardId).execute();
    await rules({ only_lead_can_change_status: true });
    expect(await claim()).toMatchObject({ status: 403, code: 'task.lead_only_status' });
    await rules({ only_lead_can_change_status: false, paused_at: new Date(clock) });
    expect(await claim()).toMatchObject({ status: 409, code: 'board.paused' });
  });

  it('passes over a task whose pending approval holds its status', async () => {
    board = await makeTaskBoard(app, { block_status_changes_with_pending_approval: true });
    const { id } = await board.create();
    await board.call('POST', `/boards/${board.boardId}/approvals`, {
      body: { action_type: 'x', task_id: id, confidence: 50, lead_reasoning: 'why' },
      as: board.lead.headers,
    });
    expect((await claim()).status).toBe(204);
    await app.platform.db
      .updateTable('boards')
      .set({ block_status_changes_with_pending_approval: false })
      .where('id', '=', board.boardId)
      .execute();
    expect((await claim()).body.task.id).toBe(id);
  });

  it('never gives one task to two agents', async () => {
    for (let i = 0; i < 5; i++) await board.create();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => claim({}, [board.worker, board.other][i % 2]?.headers)),
    );
    const taken = answers.filter(({ status }) => status === 200).map(({ body }) => body.task.id);
    expect(taken).toHaveLength(5);
    expect(new Set(taken).size).toBe(5);
  });
});

describe('a lease', () => {
  it('is renewed by its holder', async () => {
    await board.create();
    const { task, lease: held } = (await claim({ lease_s: 60 })).body;
    clock += 50_000;
    const renewed = await lease('renew', task.id, { fence: held.fence, lease_s: 120 });
    expect(renewed).toMatchObject({ status: 200, body: { lease: { id: held.id, fence: held.fence } } });
    expect(Date.parse(renewed.body.lease.expires_at)).toBe(clock + 120_000);
    clock += 100_000;
    await expireLeases(app.platform);
    expect(await board.read(task.id)).toMatchObject({ status: 'in_progress' });
  });

  it('is released by its holder: the task is in the inbox again, with nobody, with history', async () => {
    await board.create();
    const { task, lease: held } = (await claim()).body;
    expect((await lease('release', task.id, { fence: held.fence })).status).toBe(204);
    expect(await board.read(task.id)).toMatchObject({ status: 'inbox', assigned_agent_id: null, in_progress_at: null });
    expect((await board.factsOf(task.id)).at(-1)).toBe('task.status_changed');
    expect(await lease('release', task.id, { fence: held.fence })).toMatchObject({
      status: 409,
      code: 'task.lease_lost',
    });
  });

  it('that is over brings the task back to the inbox, with history, and tells the lead', async () => {
    const { id } = await board.create();
    await claim({ lease_s: 60 });
    await board.told();
    clock += 60_000;
    await expireLeases(app.platform);
    await expireLeases(app.platform);
    expect(await board.read(id)).toMatchObject({ status: 'inbox', assigned_agent_id: null, version: 3 });
    expect(await board.told()).toEqual(['lead: task.returned_to_inbox']);
    const history = await board.call('GET', `/boards/${board.boardId}/tasks/${id}/history`);
    expect(history.body.items.at(-1)).toMatchObject({
      from_status: 'in_progress',
      to_status: 'inbox',
      actor: { kind: 'system', id: null, name: null },
    });
    expect((await claim({}, board.other.headers)).body).toMatchObject({ task: { id }, lease: { fence: 3 } });
  });

  it('that was lost refuses renewal, release and every change that names its fence', async () => {
    const { id } = await board.create();
    const { fence } = (await claim({ lease_s: 60 })).body.lease;
    const lost = { status: 409, code: 'task.lease_lost' };
    expect(await lease('renew', id, { fence }, board.other.headers)).toMatchObject(lost);
    expect(await lease('renew', id, { fence: fence + 1 })).toMatchObject(lost);
    clock += 60_000;
    expect(await lease('renew', id, { fence }), 'over, though nobody took it yet').toMatchObject(lost);
    expect(await patchFenced(id, fence, { status: 'review' })).toMatchObject(lost);
    await expireLeases(app.platform);
    await claim({}, board.other.headers);
    expect(await patchFenced(id, fence, { comment: 'still here' })).toMatchObject(lost);
    expect(await lease('release', id, { fence })).toMatchObject(lost);
    expect(await board.read(id)).toMatchObject({ status: 'in_progress', assigned_agent_id: board.other.agentId });
  });

  it('lets its holder move the task on, and ends with that', async () => {
    const { id } = await board.create();
    const { fence } = (await claim()).body.lease;
    const moved = await patchFenced(id, fence, { status: 'review', comment: 'done' });
    expect(moved).toMatchObject({ status: 200, body: { status: 'review', assigned_agent_id: board.lead.agentId } });
    expect(await patchFenced(id, fence, { comment: 'more' })).toMatchObject({ status: 409, code: 'task.lease_lost' });
    clock += 3_600_000;
    await expireLeases(app.platform);
    expect(await board.read(id)).toMatchObject({ status: 'review' });
    expect((await patchFenced(id, 'x', {})).code).toBe('request.invalid');
  });

  it('ends when somebody else takes the task away', async () => {
    const { id } = await board.create();
    const { fence } = (await claim()).body.lease;
    await board.patch(id, { assigned_agent_id: board.other.agentId });
    expect(await patchFenced(id, fence, { status: 'done' })).toMatchObject({ status: 409, code: 'task.lease_lost' });
    clock += 3_600_000;
    await expireLeases(app.platform);
    expect(await board.read(id)).toMatchObject({ status: 'in_progress', assigned_agent_id: board.other.agentId });
    expect(await lease('renew', newId(), { fence })).toMatchObject({ status: 404, code: 'task.not_found' });
  });
});
