import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeBoard, makeOrganization, makeTask } from '../../../../test/make.ts';
import { makeTaskBoard, type TaskBoard } from '../../../../test/task-board.ts';

let app: TestApp;
let board: TaskBoard;
beforeAll(async () => {
  app = await createTestApp();
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

const post = (body: Record<string, unknown>, on = board) =>
  on.call('POST', `/boards/${on.boardId}/tasks`, { body: { title: 'Task', ...body } });
const postAsLead = (body: Record<string, unknown>, on = board) =>
  on.call('POST', `/agent/boards/${on.boardId}/tasks`, { body: { title: 'Task', ...body }, as: on.lead.headers });

async function makeTag(orgId: string): Promise<string> {
  const id = newId();
  await app.platform.db
    .insertInto('tags')
    .values({ id, org_id: orgId, name: 'Tag', slug: `tag-${id}` })
    .execute();
  return id;
}

it('67: creating a task writes task.created, tells the lead, and tells and wakes a given assignee', async () => {
  await board.told();
  const { status, body } = await post({ assigned_agent_id: board.worker.agentId });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    board_id: board.boardId,
    title: 'Task',
    status: 'inbox',
    priority: 'medium',
    created_by_user_id: board.user.userId,
    cycle: 1,
    version: 1,
    auto_created: false,
  });
  expect(await board.told()).toEqual(['lead: task.created', 'worker: task.assigned']);
  const [job] = await app.platform.db
    .selectFrom('work_jobs')
    .select('payload')
    .where('kind', '=', 'gateway.send')
    .where('subject', '@>', JSON.stringify({ id: board.worker.agentId }))
    .execute();
  expect(job?.payload).toMatchObject({
    wakes: 'assignment',
    events: { sent: 'task.assignee_notified', failed: 'task.assignee_notify_failed' },
  });
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'board_id', 'actor', 'activity', 'data'])
    .where('subject_id', '=', body.id)
    .execute();
  expect(facts).toMatchObject([
    {
      type: 'task.created',
      board_id: board.boardId,
      actor: { kind: 'user', id: board.user.userId },
      activity: { event_type: 'task.created', task_id: body.id, message: 'Task: created in inbox.' },
      data: { task: { id: body.id, is_blocked: false } },
    },
  ]);
});

it('tells a lead that gets a new task of it once', async () => {
  await board.told();
  await post({ assigned_agent_id: board.lead.agentId });
  expect(await board.told()).toEqual(['lead: task.assigned']);
});

it('68: a blank title is 422; a title of 501 characters is 422', async () => {
  for (const title of ['', '   ', 'x'.repeat(501), null, 7])
    expect(await post({ title }), `${title}`).toMatchObject({ status: 422, code: 'request.invalid' });
  expect((await post({ title: ` ${'x'.repeat(500)} ` })).body.title).toHaveLength(500);
});

it('refuses what no field takes, and never fails on it', async () => {
  const bad = {
    status: 'later',
    priority: '',
    due_at: 'tomorrow',
    position: 'a-b',
    assigned_agent_id: 'x',
    depends_on_task_ids: 'x',
    tag_ids: [1],
    custom_field_values: [],
    description: 'x'.repeat(100_001),
  };
  for (const [field, value] of Object.entries(bad))
    expect(await post({ [field]: value }), field).toMatchObject({ status: 422, code: 'request.invalid' });
  expect((await post({ status: null })).status).toBe(422);
  expect((await post({ unknown: 'x', created_by_user_id: newId() })).body).toMatchObject({
    created_by_user_id: board.user.userId,
  });
});

it('69: an unknown dependency is 404 with missing_task_ids, an unknown tag with missing_tag_ids, of others likewise', async () => {
  const other = await makeOrganization(app);
  const foreignTask = await makeTask(app, other, await makeBoard(app, other));
  const otherBoard = await makeTask(app, board.orgId, await makeBoard(app, board.orgId));
  for (const id of [newId(), foreignTask, otherBoard])
    expect(await post({ depends_on_task_ids: [id] })).toMatchObject({
      status: 404,
      code: 'task.dependency_not_found',
      body: { detail: { missing_task_ids: [id] } },
    });
  for (const id of [newId(), await makeTag(other)])
    expect(await post({ tag_ids: [id] })).toMatchObject({
      status: 404,
      code: 'tag.not_found',
      body: { detail: { missing_tag_ids: [id] } },
    });
  const tag = await makeTag(board.orgId);
  expect((await post({ tag_ids: [tag, tag] })).body).toMatchObject({
    tag_ids: [tag],
    tags: [{ id: tag, name: 'Tag' }],
  });
});

it('an assignee must be an agent that works on the board', async () => {
  const elsewhere = await makeTaskBoard(app);
  expect(await post({ assigned_agent_id: newId() })).toMatchObject({ status: 404, code: 'agent.not_found' });
  for (const id of [elsewhere.worker.agentId, elsewhere.main.agentId])
    expect(await post({ assigned_agent_id: id })).toMatchObject({ status: 409, code: 'task.assignee_other_board' });
  expect((await post({ assigned_agent_id: board.main.agentId })).status).toBe(200);
});

it('70: unknown custom field keys, missing required values and wrong values are 422 with their keys; a default counts', async () => {
  const on = await makeTaskBoard(app);
  const define = (body: Record<string, unknown>) =>
    on.call('POST', '/organizations/me/custom-fields', {
      body: { board_ids: [on.boardId], ...body },
      as: app.owner.headers,
    });
  await define({ field_key: 'points', field_type: 'integer', required: true });
  await define({ field_key: 'team', required: true, default_value: 'blue' });
  expect(await post({ custom_field_values: { points: 1, size: 2 } }, on)).toMatchObject({
    status: 422,
    code: 'custom_field.unknown_keys',
    body: { detail: { unknown_field_keys: ['size'] } },
  });
  expect(await post({}, on)).toMatchObject({
    status: 422,
    code: 'custom_field.value_required',
    body: { detail: { missing_field_keys: ['points'] } },
  });
  expect(await post({ custom_field_values: { points: 'many' } }, on)).toMatchObject({
    status: 422,
    code: 'custom_field.value_invalid',
    body: { detail: { field_key: 'points', field_type: 'integer' } },
  });
  const { body } = await post({ custom_field_values: { points: 3 } }, on);
  expect(body.custom_field_values).toEqual({ points: 3, team: 'blue' });
});

it('71: creating in done without an approval is 409 where the board wants one; in review with the comment rule 422', async () => {
  const approving = await makeTaskBoard(app, { require_approval_for_done: true });
  expect(await post({ status: 'done' }, approving)).toMatchObject({ status: 409, code: 'task.approval_required' });
  const reviewing = await makeTaskBoard(app, { require_review_before_done: true, comment_required_for_review: true });
  expect(await post({ status: 'done' }, reviewing)).toMatchObject({ status: 409, code: 'task.review_required' });
  expect(await post({ status: 'review' }, reviewing)).toMatchObject({ status: 422, code: 'task.comment_required' });
  const count = await app.platform.db
    .selectFrom('tasks')
    .select('id')
    .where('board_id', 'in', [approving.boardId, reviewing.boardId])
    .execute();
  expect(count).toEqual([]);
});

it('72: creating in in_progress sets in_progress_at and a history row', async () => {
  const { body } = await post({ status: 'in_progress' });
  expect(body.in_progress_at).not.toBeNull();
  const history = await board.call('GET', `/boards/${board.boardId}/tasks/${body.id}/history`);
  expect(history.body.items).toMatchObject([
    {
      task_id: body.id,
      cycle: 1,
      from_status: null,
      to_status: 'in_progress',
      actor: { kind: 'user', name: 'Pat Example' },
    },
  ]);
});

it('a task that waits for another is created in the inbox with nobody, or not at all', async () => {
  const { id } = await board.create();
  for (const body of [{ status: 'in_progress' }, { assigned_agent_id: board.worker.agentId }])
    expect(await post({ ...body, depends_on_task_ids: [id] })).toMatchObject({
      status: 409,
      code: 'task_blocked_cannot_transition',
      body: { detail: { code: 'task_blocked_cannot_transition', blocked_by_task_ids: [id] } },
    });
  expect((await post({ depends_on_task_ids: [id] })).body).toMatchObject({
    depends_on_task_ids: [id],
    blocked_by_task_ids: [id],
    is_blocked: true,
  });
});

it("73: a lead's task has auto_created true and auto_reason lead_agent:<id>; the lead is not told", async () => {
  await board.told();
  const { status, body } = await postAsLead({ status: 'in_progress', assigned_agent_id: board.worker.agentId });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    auto_created: true,
    auto_reason: `lead_agent:${board.lead.agentId}`,
    created_by_user_id: null,
  });
  expect(await board.told()).toEqual(['worker: task.assigned']);
});

it('74: a lead cannot create a task assigned to itself, or in review or done, or in progress with nobody', async () => {
  expect(await postAsLead({ assigned_agent_id: board.lead.agentId })).toMatchObject({
    status: 403,
    code: 'task.lead_self_assign',
  });
  for (const status of ['review', 'done', 'in_progress'])
    expect(await postAsLead({ status }), status).toMatchObject({ status: 403, code: 'task.lead_status_gate' });
  expect(await postAsLead({ assigned_agent_id: newId() })).toMatchObject({ status: 404, code: 'agent.not_found' });
});

it('is for people who may write and for the lead', async () => {
  const asWorker = await board.call('POST', `/agent/boards/${board.boardId}/tasks`, {
    body: { title: 'x' },
    as: board.worker.headers,
  });
  expect(asWorker).toMatchObject({ status: 403, code: 'agent.lead_required' });
  const asAgent = await board.call('POST', `/boards/${board.boardId}/tasks`, {
    body: { title: 'x' },
    as: board.lead.headers,
  });
  expect(asAgent.status).toBe(403);
  const foreign = await makeBoard(app, await makeOrganization(app));
  expect(await board.call('POST', `/boards/${foreign}/tasks`, { body: { title: 'x' } })).toMatchObject({
    status: 404,
    code: 'board.not_found',
  });
});

it('puts new tasks at the end of their column, or where the caller wants them', async () => {
  const on = await makeTaskBoard(app);
  const made = [await on.create(), await on.create(), await on.create({ position: 'B' }), await on.create()];
  const { body } = await on.call('GET', `/boards/${on.boardId}/tasks?sort=position`);
  const [first, second, chosen, last] = made.map(({ id }) => id);
  expect(body.items.map(({ id }: { id: string }) => id)).toEqual([chosen, first, second, last]);
});
