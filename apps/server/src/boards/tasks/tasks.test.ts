import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeBoard, makeMember, makeOrganization, makeTask } from '../../../test/make.ts';
import { makeTaskBoard, type TaskBoard } from '../../../test/task-board.ts';
import { taskCommented } from '../comments/comments.events.ts';
import { taskStatusChanged } from './tasks.events.ts';

let app: TestApp;
let board: TaskBoard;
beforeAll(async () => {
  app = await createTestApp();
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

/** A task in a status, with whoever has it there. */
async function taskIn(status: string, on = board, body: Record<string, unknown> = {}) {
  const held = status === 'in_progress' ? { assigned_agent_id: on.worker.agentId } : {};
  const task = await on.create({ status, ...held, ...body });
  await on.told();
  return task;
}

/** A task that a worker brought to review. */
async function reviewed(on = board, worker = on.worker) {
  const task = await on.create();
  await on.patch(task.id, { status: 'in_progress' }, worker.headers);
  await on.patch(task.id, { status: 'review' }, worker.headers);
  await on.told();
  return task.id as string;
}

async function approve(on: TaskBoard, taskId: string): Promise<void> {
  const asked = await on.call('POST', `/boards/${on.boardId}/approvals`, {
    body: { action_type: 'task.done', task_id: taskId, confidence: 90, lead_reasoning: 'It is done.' },
    as: on.lead.headers,
  });
  const answer = await on.call('PATCH', `/boards/${on.boardId}/approvals/${asked.body.id}`, {
    body: { status: 'approved' },
  });
  expect(answer.status).toBe(200);
}

describe('a worker', () => {
  it('78: changes the status of its own or an unassigned task and becomes the assignee; of another’s it may not', async () => {
    const { id } = await board.create();
    const begun = await board.patch(id, { status: 'in_progress' }, board.worker.headers);
    expect(begun).toMatchObject({
      status: 200,
      body: { status: 'in_progress', assigned_agent_id: board.worker.agentId },
    });
    expect(await board.patch(id, { status: 'review' }, board.other.headers)).toMatchObject({
      status: 403,
      code: 'task_assignee_mismatch',
      body: { detail: { code: 'task_assignee_mismatch' } },
    });
    const done = await board.patch(id, { status: 'done' }, board.worker.headers);
    expect(done.body).toMatchObject({ status: 'done', assigned_agent_id: board.worker.agentId });
  });

  it('79: sending title, assignee, dependencies or tags gets task_update_field_forbidden; another board task_board_mismatch', async () => {
    const { id } = await taskIn('in_progress');
    const other = await board.create();
    const fields = {
      title: 'x',
      description: 'x',
      priority: 'low',
      due_at: '2026-01-01',
      position: 'A1',
      assigned_agent_id: board.other.agentId,
      depends_on_task_ids: [other.id],
      tag_ids: [newId()],
    };
    for (const [field, value] of Object.entries(fields))
      expect(await board.patch(id, { [field]: value, status: 'review' }, board.worker.headers), field).toMatchObject({
        status: 403,
        code: 'task_update_field_forbidden',
        body: { detail: { code: 'task_update_field_forbidden', fields: [field] } },
      });
    expect(await board.read(id)).toMatchObject({ status: 'in_progress', version: 1 });
    const elsewhere = await makeTaskBoard(app);
    expect(await board.patch(id, { status: 'done' }, elsewhere.worker.headers)).toMatchObject({
      status: 403,
      code: 'task_board_mismatch',
      body: { detail: { code: 'task_board_mismatch' } },
    });
    const path = `/agent/boards/${board.boardId}/tasks/${id}`;
    expect(await board.call('PATCH', path, { body: { status: 'done' }, as: elsewhere.worker.headers })).toMatchObject({
      status: 403,
      code: 'agent.board_forbidden',
    });
  });

  it('80: may send only a comment: it is stored and nothing else changes, also on a review task', async () => {
    const id = await reviewed();
    const before = await board.read(id);
    const answer = await board.patch(id, { comment: ' Looks good. ' }, board.worker.headers);
    expect(answer).toMatchObject({ status: 200, body: before });
    expect(await board.told()).toEqual([]);
    const comments = await board.call('GET', `/boards/${board.boardId}/tasks/${id}/comments`);
    expect(comments.body.items).toMatchObject([{ message: 'Looks good.', agent_id: board.worker.agentId }]);
  });

  it('81: moving to review gives the task to the lead, clears in_progress_at and tells the lead', async () => {
    const { id, in_progress_at } = await taskIn('in_progress');
    const { body } = await board.patch(id, { status: 'review' }, board.worker.headers);
    expect(body).toMatchObject({
      status: 'review',
      assigned_agent_id: board.lead.agentId,
      in_progress_at: null,
      previous_in_progress_at: in_progress_at,
    });
    expect(await board.told()).toEqual(['lead: task.review_ready']);
  });

  it('returns its task to the inbox, and the lead hears of it', async () => {
    const { id } = await taskIn('in_progress');
    const { body } = await board.patch(id, { status: 'inbox' }, board.worker.headers);
    expect(body).toMatchObject({ status: 'inbox', assigned_agent_id: null, in_progress_at: null });
    expect(await board.told()).toEqual(['lead: task.returned_to_inbox']);
  });

  it('94: re-sending an unchanged title with a new status is not refused', async () => {
    const { id, title } = await taskIn('in_progress');
    expect((await board.patch(id, { title, status: 'done' }, board.worker.headers)).status).toBe(200);
  });

  it('99: where only the lead changes a status a worker may not, a user and the lead may', async () => {
    const strict = await makeTaskBoard(app, { only_lead_can_change_status: true });
    const { id } = await taskIn('in_progress', strict);
    expect(await strict.patch(id, { status: 'review' }, strict.worker.headers)).toMatchObject({
      status: 403,
      code: 'task.lead_only_status',
    });
    expect((await strict.patch(id, { status: 'review' })).status).toBe(200);
    expect((await strict.patch(id, { status: 'done' }, strict.lead.headers)).status).toBe(200);
  });

  it('77: deleting a task is 403 agent.lead_required; a lead of another board too', async () => {
    const { id } = await board.create();
    const elsewhere = await makeTaskBoard(app);
    const path = `/agent/boards/${board.boardId}/tasks/${id}`;
    for (const { headers } of [board.worker, elsewhere.lead])
      expect(await board.call('DELETE', path, { as: headers })).toMatchObject({
        status: 403,
        code: 'agent.lead_required',
      });
    expect((await board.call('DELETE', path, { as: board.lead.headers })).body).toEqual({ ok: true });
  });

  it('has the rules of a main agent, too, on the boards of its gateway', async () => {
    const { id } = await board.create();
    expect(await board.patch(id, { title: 'x' }, board.main.headers)).toMatchObject({
      code: 'task_update_field_forbidden',
    });
    const { body } = await board.patch(id, { status: 'in_progress' }, board.main.headers);
    expect(body).toMatchObject({ status: 'in_progress', assigned_agent_id: board.main.agentId });
  });
});

describe('a lead', () => {
  it('83: moves review to done or inbox; to in_progress is 403 task.lead_status_target', async () => {
    const id = await reviewed();
    expect(await board.patch(id, { status: 'in_progress' }, board.lead.headers)).toMatchObject({
      status: 403,
      code: 'task.lead_status_target',
    });
    expect((await board.patch(id, { status: 'done' }, board.lead.headers)).body.status).toBe('done');
    expect(await board.patch(id, { status: 'inbox' }, board.lead.headers)).toMatchObject({
      status: 403,
      code: 'task.lead_status_gate',
      body: { detail: { current_status: 'done' } },
    });
  });

  it('gives a rework back to the worker who handed it in, over a sent assignee, with its comment', async () => {
    const id = await reviewed();
    const said = await board.call('POST', `/boards/${board.boardId}/tasks/${id}/comments`, {
      body: { message: 'Please test it.' },
      as: board.lead.headers,
    });
    expect(said.status).toBe(200);
    await board.told();
    const { body } = await board.patch(
      id,
      { status: 'inbox', assigned_agent_id: board.other.agentId },
      board.lead.headers,
    );
    expect(body).toMatchObject({ status: 'inbox', assigned_agent_id: board.worker.agentId, cycle: 2 });
    expect(await board.told()).toEqual(['worker: task.changes_requested']);
    const jobs = await app.platform.db
      .selectFrom('work_jobs')
      .select('payload')
      .where('subject', '@>', JSON.stringify({ id: board.worker.agentId }))
      .orderBy('created_at', 'desc')
      .executeTakeFirst();
    expect(jobs?.payload).toMatchObject({
      data: { comment: 'Please test it.' },
      events: { sent: 'task.rework_notified', failed: 'task.rework_notify_failed' },
    });
  });

  it('86: review to inbox when that worker was deleted leaves the task unassigned', async () => {
    const on = await makeTaskBoard(app);
    const id = await reviewed(on);
    await app.platform.db.deleteFrom('agents').where('id', '=', on.worker.agentId).execute();
    const { body } = await on.patch(id, { status: 'inbox' }, on.lead.headers);
    expect(body).toMatchObject({ status: 'inbox', assigned_agent_id: null });
  });

  it('84: moving inbox to in_progress with an assignee sets in_progress_at and tells the assignee; without 403', async () => {
    const { id } = await taskIn('inbox');
    expect(await board.patch(id, { status: 'in_progress' }, board.lead.headers)).toMatchObject({
      status: 403,
      code: 'task.lead_status_gate',
      body: { detail: { current_status: 'inbox' } },
    });
    const { body } = await board.patch(
      id,
      { status: 'in_progress', assigned_agent_id: board.worker.agentId },
      board.lead.headers,
    );
    expect(body).toMatchObject({ status: 'in_progress', in_progress_at: expect.any(String) });
    expect(await board.told()).toEqual(['worker: task.assigned']);
  });

  it('85: sending comment in PATCH is 403 task.lead_comment_in_patch; title 403 task.lead_field_forbidden', async () => {
    const id = await reviewed();
    expect(await board.patch(id, { status: 'done', comment: 'x' }, board.lead.headers)).toMatchObject({
      status: 403,
      code: 'task.lead_comment_in_patch',
    });
    for (const [field, value] of Object.entries({ title: 'x', due_at: '2026-01-01', priority: 'low', position: 'A1' }))
      expect(await board.patch(id, { [field]: value }, board.lead.headers), field).toMatchObject({
        status: 403,
        code: 'task.lead_field_forbidden',
      });
  });

  it('assigns and unassigns workers, but no lead', async () => {
    const { id } = await taskIn('inbox');
    expect(await board.patch(id, { assigned_agent_id: board.lead.agentId }, board.lead.headers)).toMatchObject({
      status: 403,
      code: 'task.lead_self_assign',
    });
    const assigned = await board.patch(id, { assigned_agent_id: board.other.agentId }, board.lead.headers);
    expect(assigned.body.assigned_agent_id).toBe(board.other.agentId);
    expect(await board.told()).toEqual(['other: task.assigned']);
    const freed = await board.patch(id, { assigned_agent_id: null }, board.lead.headers);
    expect(freed.body.assigned_agent_id).toBeNull();
    expect(await board.told()).toEqual([]);
  });
});

describe('a person', () => {
  it('82: moving to review with another assignee sent gives the task to the lead', async () => {
    const { id } = await taskIn('in_progress');
    const { body } = await board.patch(id, { status: 'review', assigned_agent_id: board.other.agentId });
    expect(body).toMatchObject({ status: 'review', assigned_agent_id: board.lead.agentId });
    expect(await board.told()).toEqual(['lead: task.review_ready']);
  });

  it('moving to the inbox clears the assignee unless a new one is sent', async () => {
    const first = await taskIn('in_progress');
    expect((await board.patch(first.id, { status: 'inbox' })).body.assigned_agent_id).toBeNull();
    expect(await board.told()).toEqual(['lead: task.returned_to_inbox']);
    const second = await taskIn('in_progress');
    const kept = await board.patch(second.id, { status: 'inbox', assigned_agent_id: board.other.agentId });
    expect(kept.body).toMatchObject({ status: 'inbox', assigned_agent_id: board.other.agentId });
    expect(await board.told()).toEqual(['other: task.assigned']);
  });

  it('changes every field, with one event that names what changed', async () => {
    const { id } = await taskIn('inbox');
    const { body } = await board.patch(id, {
      title: 'New',
      description: 'Words.',
      priority: 'high',
      due_at: '2026-05-01T02:00:00+02:00',
      position: 'A1',
    });
    expect(body).toMatchObject({
      title: 'New',
      description: 'Words.',
      priority: 'high',
      due_at: '2026-05-01T00:00:00.000Z',
      position: 'A1',
      version: 2,
    });
    const facts = await app.platform.db
      .selectFrom('events')
      .select(['type', 'data', 'actor'])
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['task.created', 'task.updated']);
    expect(facts[1]).toMatchObject({
      actor: { kind: 'user', id: board.user.userId },
      data: { changed: ['title', 'description', 'priority', 'due_at', 'position'], from: 'inbox', to: 'inbox' },
    });
    const cleared = await board.patch(id, { description: null, due_at: null });
    expect(cleared.body).toMatchObject({ description: null, due_at: null });
  });

  it('needs write access, and a task of that board', async () => {
    const { id } = await board.create();
    const reader = await makeMember(app, board.orgId, { boards: { [board.boardId]: 'read' } });
    expect(await board.patch(id, { title: 'x' }, reader.headers)).toMatchObject({
      status: 403,
      code: 'board.access_denied',
    });
    expect(await board.patch(newId(), { title: 'x' })).toMatchObject({ status: 404, code: 'task.not_found' });
    const foreign = await makeOrganization(app);
    const foreignBoard = await makeBoard(app, foreign);
    const foreignTask = await makeTask(app, foreign, foreignBoard);
    expect(await board.patch(foreignTask, { title: 'x' })).toMatchObject({ code: 'task.not_found' });
    expect(
      await board.call('PATCH', `/boards/${foreignBoard}/tasks/${foreignTask}`, { body: { title: 'x' } }),
    ).toMatchObject({ status: 404, code: 'board.not_found' });
  });

  it('101: entering in_progress with the same assignee wakes it once and sends no other notice; self-claim tells nobody', async () => {
    const { id } = await taskIn('inbox', board, { assigned_agent_id: board.worker.agentId });
    await board.patch(id, { status: 'in_progress' });
    expect(await board.told()).toEqual(['worker: agent.wake']);
    const job = await app.platform.db
      .selectFrom('work_jobs')
      .select('payload')
      .where('subject', '@>', JSON.stringify({ id: board.worker.agentId }))
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .executeTakeFirst();
    expect(job?.payload).toMatchObject({ kind: 'agent.wake', wakes: 'status_in_progress', task_id: id });
    const free = await taskIn('inbox');
    await board.patch(free.id, { status: 'in_progress' }, board.worker.headers);
    expect(await board.told()).toEqual([]);
  });

  it('102: a wake does not make an agent online', async () => {
    const { id } = await taskIn('inbox', board, { assigned_agent_id: board.other.agentId });
    const state = () =>
      app.platform.db
        .selectFrom('agents')
        .select(['status', 'last_seen_at'])
        .where('id', '=', board.other.agentId)
        .executeTakeFirst();
    const before = await state();
    await board.patch(id, { status: 'in_progress' });
    expect(await board.told()).toEqual(['other: agent.wake']);
    expect(await state()).toEqual(before);
    expect(before).toMatchObject({ last_seen_at: null });
  });

  it('103: in_progress_at is set whichever path enters in_progress', async () => {
    const paths = [
      async () => (await board.create({ status: 'in_progress' })).id,
      async () => (await board.patch((await board.create()).id, { status: 'in_progress' })).body.id,
      async () =>
        (await board.patch((await board.create()).id, { status: 'in_progress' }, board.worker.headers)).body.id,
      async () => {
        const { id } = await board.create();
        const body = { status: 'in_progress', assigned_agent_id: board.worker.agentId };
        return (await board.patch(id, body, board.lead.headers)).body.id;
      },
      async () => {
        const claim = await board.call('POST', `/agent/boards/${board.boardId}/tasks/claim`, {
          as: board.other.headers,
        });
        return claim.body.task.id;
      },
    ];
    await board.create();
    for (const enter of paths) {
      const task = await board.read(await enter());
      expect(task).toMatchObject({ status: 'in_progress', in_progress_at: expect.any(String) });
    }
  });
});

describe('a change', () => {
  it('92: sending the current status changes no timestamp, no assignee, asks for no comment and writes no event', async () => {
    const strict = await makeTaskBoard(app, { comment_required_for_review: true });
    const { id } = await taskIn('in_progress', strict);
    await strict.patch(id, { status: 'review', comment: 'done' }, strict.worker.headers);
    const before = await strict.read(id);
    const facts = await strict.factsOf(id);
    const again = await strict.patch(id, { status: 'review' });
    expect(again).toMatchObject({ status: 200, body: before });
    expect(await strict.factsOf(id)).toEqual(facts);
  });

  it('93: sending every field with its stored value answers 200 with the same version', async () => {
    const { id } = await taskIn('in_progress', board, { description: 'x', due_at: '2026-05-01', priority: 'low' });
    const task = await board.read(id);
    const { title, description, status, priority, due_at, position, assigned_agent_id } = task;
    const { depends_on_task_ids, tag_ids, custom_field_values } = task;
    const answer = await board.patch(id, {
      ...{ title, description, status, priority, due_at, position, assigned_agent_id },
      ...{ depends_on_task_ids, tag_ids, custom_field_values },
    });
    expect(answer).toMatchObject({ status: 200, body: task });
    expect(answer.headers.etag).toBe(`"${task.version}"`);
    expect(await board.factsOf(id)).toEqual(['task.created']);
  });

  it('95: status null is 422; an unknown status 422; a blank comment counts as absent', async () => {
    const { id } = await taskIn('inbox');
    for (const body of [{ status: null }, { status: 'later' }, { title: null }, { priority: null }, { title: ' ' }])
      expect(await board.patch(id, body), JSON.stringify(body)).toMatchObject({ status: 422, code: 'request.invalid' });
    expect(
      await board.patch(id, { comment: '  ', depends_on_task_ids: null, tag_ids: null, custom_field_values: null }),
    ).toMatchObject({ status: 200, body: { version: 1 } });
    const comments = await board.call('GET', `/boards/${board.boardId}/tasks/${id}/comments`);
    expect(comments.body.total).toBe(0);
  });

  it('answers the task as it reads from then on', async () => {
    const first = await board.create();
    const { id } = await board.create();
    const patches = [
      { title: ' Trimmed ', due_at: '2026-05-01T02:00:00.1234+02:00' },
      { status: 'in_progress', assigned_agent_id: board.worker.agentId },
      { status: 'review' },
      { status: 'done' },
      { status: 'inbox', position: 'A2' },
      { depends_on_task_ids: [first.id], status: 'in_progress' },
      { priority: 'low', description: null },
    ];
    for (const body of patches) {
      const answer = await board.patch(id, body);
      expect(answer.status).toBe(200);
      expect(answer.body, JSON.stringify(body)).toEqual(await board.read(id));
    }
    await board.patch(first.id, { status: 'done' });
    await board.patch(id, { status: 'done' });
    await board.patch(first.id, { status: 'inbox' });
    expect((await board.patch(id, { status: 'review' })).body).toEqual(await board.read(id));
    expect(await board.read(id)).toMatchObject({ status: 'inbox', is_blocked: true });
  });

  it('of a seen version is refused when another one is current, whichever way it was sent', async () => {
    const { id } = await taskIn('inbox');
    const path = `/boards/${board.boardId}/tasks/${id}`;
    const current = await board.call('PATCH', path, {
      body: { title: 'Two' },
      as: { ...board.user.headers, 'if-match': '"1"' },
    });
    expect(current).toMatchObject({ status: 200, body: { version: 2 } });
    const stale = { status: 409, code: 'resource.version_conflict', body: { detail: { current_version: 2 } } };
    expect(await board.patch(id, { title: 'Three', version: 1 })).toMatchObject(stale);
    const asked = { as: { ...board.user.headers, 'if-match': '"1"' } };
    expect(await board.call('PATCH', path, { body: { title: 'Three' }, ...asked })).toMatchObject(stale);
    expect(await board.call('DELETE', path, asked)).toMatchObject(stale);
    expect(await board.read(id)).toMatchObject({ title: 'Two', version: 2 });
  });

  it('of values is checked by the fields of the board, null takes a value away', async () => {
    const on = await makeTaskBoard(app);
    const key = `size-${on.boardId}`;
    await on.call('POST', '/organizations/me/custom-fields', {
      body: { field_key: key, field_type: 'json', default_value: [0], board_ids: [on.boardId] },
      as: app.owner.headers,
    });
    const { id } = await taskIn('in_progress', on);
    const patch = (value: unknown) => on.patch(id, { custom_field_values: { [key]: value } }, on.worker.headers);
    expect((await patch([0])).body).toMatchObject({ version: 1, custom_field_values: { [key]: [0] } });
    expect((await patch({ b: 1, a: 2 })).body).toMatchObject({
      version: 2,
      custom_field_values: { [key]: { b: 1, a: 2 } },
    });
    expect((await patch({ a: 2, b: 1 })).body.version).toBe(2);
    expect((await patch(null)).body).toMatchObject({ version: 3, custom_field_values: { [key]: [0] } });
    expect(await patch('text')).toMatchObject({ status: 422, code: 'custom_field.value_invalid' });
    expect(await on.patch(id, { custom_field_values: { colour: 'red' } })).toMatchObject({
      status: 422,
      code: 'custom_field.unknown_keys',
    });
  });

  it('of tags replaces them', async () => {
    const tag = async () => {
      const answer = await board.call('POST', '/tags', { body: { name: newId() }, as: app.owner.headers });
      return answer.body.id as string;
    };
    const [one, two] = [await tag(), await tag()];
    const { id } = await taskIn('inbox', board, { tag_ids: [one] });
    const { body } = await board.patch(id, { tag_ids: [two] }, board.lead.headers);
    expect(body).toMatchObject({ tag_ids: [two], tags: [{ id: two }], version: 2 });
    expect(await board.patch(id, { tag_ids: [newId()] })).toMatchObject({ status: 404, code: 'tag.not_found' });
    expect((await board.patch(id, { tag_ids: [] })).body.tags).toEqual([]);
  });

  it('of the assignee takes only agents that work on the board', async () => {
    const { id } = await taskIn('inbox');
    const elsewhere = await makeTaskBoard(app);
    expect(await board.patch(id, { assigned_agent_id: newId() })).toMatchObject({
      status: 404,
      code: 'agent.not_found',
    });
    expect(await board.patch(id, { assigned_agent_id: elsewhere.worker.agentId })).toMatchObject({
      status: 409,
      code: 'task.assignee_other_board',
    });
  });

  it('by an agent is refused while the board is paused, by a person it is not', async () => {
    const on = await makeTaskBoard(app);
    const { id } = await taskIn('in_progress', on);
    await app.platform.db.updateTable('boards').set({ paused_at: new Date() }).where('id', '=', on.boardId).execute();
    expect(await on.patch(id, { status: 'done' }, on.worker.headers)).toMatchObject({
      status: 409,
      code: 'board.paused',
    });
    expect((await on.patch(id, { comment: 'waiting' }, on.worker.headers)).status).toBe(200);
    expect((await on.patch(id, { status: 'done' })).status).toBe(200);
  });

  it('212: is streamed with its type, six keys of history and the task; a comment comes with the comment and no task', async () => {
    const { id } = await taskIn('in_progress');
    await board.patch(id, { status: 'review', comment: 'Done.' }, board.worker.headers);
    const row = (type: string) =>
      app.platform.db
        .selectFrom('events')
        .selectAll()
        .where('type', '=', type)
        .where('board_id', '=', board.boardId)
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow();
    const toFact = ({ type, subject_id, board_id, actor, data, activity }: Awaited<ReturnType<typeof row>>) =>
      ({ type, subjectId: subject_id, boardId: board_id, actor, data, activity }) as never;
    const moved = taskStatusChanged.streams?.tasks?.(toFact(await row('task.status_changed')));
    expect(moved).toMatchObject({
      event: 'task',
      data: { type: 'task.status_changed', task: { id, is_blocked: false } },
    });
    const keys = ['agent_id', 'created_at', 'event_type', 'id', 'message', 'task_id'];
    expect(Object.keys((moved?.data as Record<string, object> | undefined)?.activity ?? {}).sort()).toEqual(keys);
    const said = toFact(await row('task.comment'));
    expect(taskCommented.streams?.tasks?.(said)).toMatchObject({
      event: 'task',
      data: { type: 'task.comment', comment: { task_id: id, message: 'Done.' } },
    });
    expect(Object.keys(taskCommented.streams?.tasks?.(said)?.data ?? {}).sort()).toEqual([
      'activity',
      'comment',
      'type',
    ]);
    expect(taskCommented.streams?.comments?.(said)).toMatchObject({
      event: 'comment',
      data: { comment: { task_id: id, board_id: board.boardId, agent_name: expect.stringContaining('Alex') } },
    });
  });
});

describe('the board wants', () => {
  it('96: an approval, and one used for a move to done cannot be used for a second', async () => {
    const on = await makeTaskBoard(app, { require_approval_for_done: true });
    const { id } = await taskIn('in_progress', on);
    for (const as of [on.user.headers, on.worker.headers])
      expect(await on.patch(id, { status: 'done' }, as)).toMatchObject({ status: 409, code: 'task.approval_required' });
    await approve(on, id);
    expect((await on.patch(id, { status: 'done' }, on.worker.headers)).body.status).toBe('done');
    await on.patch(id, { status: 'in_progress' });
    expect(await on.patch(id, { status: 'done' })).toMatchObject({ status: 409, code: 'task.approval_required' });
    await approve(on, id);
    expect((await on.patch(id, { status: 'done' })).status).toBe(200);
  });

  it('97: review before done: from in_progress 409 task.review_required; from review fine', async () => {
    const on = await makeTaskBoard(app, { require_review_before_done: true });
    const { id } = await taskIn('in_progress', on);
    expect(await on.patch(id, { status: 'done' })).toMatchObject({ status: 409, code: 'task.review_required' });
    await on.patch(id, { status: 'review' });
    expect((await on.patch(id, { status: 'done' }, on.lead.headers)).status).toBe(200);
  });

  it('98: no pending approval where that rule is on; a dependency change is allowed', async () => {
    const ask = async (on: TaskBoard) => {
      const { id } = await taskIn('in_progress', on);
      await on.call('POST', `/boards/${on.boardId}/approvals`, {
        body: { action_type: 'x', task_id: id, confidence: 50, lead_reasoning: 'why' },
        as: on.worker.headers,
      });
      return id as string;
    };
    const on = await makeTaskBoard(app, { block_status_changes_with_pending_approval: true });
    const held = await ask(on);
    expect(await on.patch(held, { status: 'review' })).toMatchObject({ status: 409, code: 'task.pending_approval' });
    const done = await taskIn('done', on);
    expect((await on.patch(held, { depends_on_task_ids: [done.id] })).status).toBe(200);
    const off = await makeTaskBoard(app);
    expect((await off.patch(await ask(off), { status: 'review' })).status).toBe(200);
  });

  it('100: a comment of this round before review, in the PATCH or by the assignee; leads are exempt', async () => {
    const on = await makeTaskBoard(app, { comment_required_for_review: true });
    const { id } = await taskIn('in_progress', on);
    const toReview = (body = {}, as: Record<string, string> = on.worker.headers) =>
      on.patch(id, { status: 'review', ...body }, as);
    const required = { status: 422, code: 'task.comment_required' };
    expect(await toReview()).toMatchObject(required);
    expect(await toReview({}, on.user.headers)).toMatchObject(required);
    expect((await toReview({ comment: 'Done.' })).status).toBe(200);
    await on.patch(id, { status: 'inbox' }, on.lead.headers);
    await on.patch(id, { status: 'in_progress' }, on.worker.headers);
    expect(await toReview(), 'a comment of an earlier round').toMatchObject(required);
    const comments = `/boards/${on.boardId}/tasks/${id}/comments`;
    await on.call('POST', comments, { body: { message: 'from outside' } });
    expect(await toReview(), 'a comment of somebody else').toMatchObject(required);
    await on.call('POST', comments, { body: { message: 'this round' }, as: on.worker.headers });
    expect((await toReview()).status).toBe(200);
  });
});

describe('deleting a task', () => {
  it('removes all that hangs from it, frees who waited for it and says so', async () => {
    const { id } = await taskIn('inbox');
    const waiting = await board.create({ depends_on_task_ids: [id] });
    await board.patch(id, { comment: 'x' });
    await approve(board, id);
    const answer = await board.call('DELETE', `/boards/${board.boardId}/tasks/${id}`);
    expect(answer).toMatchObject({ status: 200, body: { ok: true } });
    expect(await board.read(id)).toMatchObject({ code: 'task.not_found' });
    expect(await board.factsOf(id)).toEqual(['task.created', 'task.deleted']);
    expect(await board.factsOf(waiting.id)).toEqual(['task.created', 'task.updated']);
    expect(await board.read(waiting.id)).toMatchObject({ is_blocked: false, depends_on_task_ids: [], version: 1 });
    for (const table of ['task_comments', 'task_status_changes', 'approval_task_links'] as const)
      expect(await app.platform.db.selectFrom(table).select('id').where('task_id', '=', id).execute()).toEqual([]);
    const approvals = await board.call('GET', `/boards/${board.boardId}/approvals`);
    expect(approvals.body.total).toBe(0);
    const [fact] = await app.platform.db
      .selectFrom('events')
      .select(['activity', 'board_id'])
      .where('subject_id', '=', id)
      .where('type', '=', 'task.deleted')
      .execute();
    expect(fact).toMatchObject({ board_id: board.boardId, activity: { event_type: 'task.deleted', task_id: null } });
  });
});

describe('changing many tasks', () => {
  const bulk = (body: Record<string, unknown>, as?: Record<string, string>) =>
    board.call('POST', `/boards/${board.boardId}/tasks/bulk`, { body, ...(as ? { as } : {}) });

  it('answers for each by itself', async () => {
    const one = await taskIn('inbox');
    const blocked = await board.create({ depends_on_task_ids: [one.id] });
    const unknown = newId();
    const ids = [blocked.id, unknown, one.id];
    const { status, body } = await bulk({ task_ids: ids, patch: { status: 'in_progress', priority: 'high' } });
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { task_id: blocked.id, ok: true, adjusted: true, task: { status: 'inbox', priority: 'high' }, error: null },
      { task_id: unknown, ok: false, task: null, error: { code: 'task.not_found' } },
      { task_id: one.id, ok: true, adjusted: false, task: { status: 'in_progress' } },
    ]);
  });

  it('is for people who may write and for the lead, by their rules, 1 to 100 at once', async () => {
    const { id } = await taskIn('inbox');
    const asLead = await bulk({ task_ids: [id], patch: { title: 'x' } }, board.lead.headers);
    expect(asLead.body.items).toMatchObject([{ ok: false, error: { code: 'task.lead_field_forbidden' } }]);
    expect(await bulk({ task_ids: [id], patch: {} }, board.worker.headers)).toMatchObject({
      code: 'agent.lead_required',
    });
    for (const task_ids of [[], Array.from({ length: 101 }, () => newId()), ['x']])
      expect((await bulk({ task_ids, patch: {} })).code).toBe('request.invalid');
  });
});
