import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { listMessages, makeBoard, makeMember, makeOrganization, makeTask } from '../../../test/make.ts';
import { makeTaskBoard, type TaskBoard } from '../../../test/task-board.ts';
import { isMentioned, parseMentions } from '../memory/mentions.rules.ts';
import { taskCommentDeleted } from './comments.events.ts';

let app: TestApp;
let board: TaskBoard;
beforeAll(async () => {
  app = await createTestApp();
  board = await makeTaskBoard(app);
});
afterAll(() => app.close());

const pathOf = (taskId: string, on = board) => `/boards/${on.boardId}/tasks/${taskId}/comments`;

async function say(taskId: string, message: unknown, as: Record<string, string> = board.user.headers) {
  await board.told();
  return board.call('POST', pathOf(taskId), { body: { message }, as });
}

it('105: a comment writes one task.comment event whose id is the comment’s id, with the author', async () => {
  const { id } = await board.create({ title: 'Lamp' });
  const { status, body } = await say(id, '  It works.  ', board.worker.headers);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    task_id: id,
    message: 'It works.',
    agent_id: board.worker.agentId,
    user_id: null,
    user_name: null,
    edited_at: null,
  });
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'actor', 'board_id', 'activity'])
    .where('subject_id', '=', body.id)
    .execute();
  expect(facts).toMatchObject([
    {
      type: 'task.comment',
      board_id: board.boardId,
      actor: { kind: 'agent', id: board.worker.agentId },
      activity: { id: body.id, message: 'It works.', task_id: id, agent_id: board.worker.agentId },
    },
  ]);
  const line = await app.platform.db
    .selectFrom('activity_events')
    .select(['event_type', 'message'])
    .where('id', '=', body.id)
    .executeTakeFirst();
  expect(line).toEqual({ event_type: 'task.comment', message: 'It works.' });
});

it('are listed oldest first with their exact number, to people and agents of the board', async () => {
  const { id } = await board.create();
  for (const text of ['one', 'two', 'three']) await say(id, text);
  const list = await board.call('GET', `${pathOf(id)}?limit=2&offset=1`);
  expect(list.body).toMatchObject({
    items: [{ message: 'two', user_name: 'Pat Example' }, { message: 'three' }],
    total: 3,
    limit: 2,
    offset: 1,
  });
  const asAgent = await board.call('GET', `/agent${pathOf(id)}`, { as: board.worker.headers });
  expect(asAgent.body.total).toBe(3);
  expect(await board.call('GET', pathOf(newId()))).toMatchObject({ status: 404, code: 'task.not_found' });
  const elsewhere = await makeTaskBoard(app);
  expect((await board.call('GET', pathOf(id), { as: elsewhere.worker.headers })).code).toBe('agent.board_forbidden');
});

it('106: a lead comments only in review, when mentioned earlier, or on tasks it created', async () => {
  const { id } = await board.create();
  const forbidden = { status: 403, code: 'task.lead_comment_forbidden' };
  expect(await say(id, 'hm', board.lead.headers)).toMatchObject(forbidden);
  await say(id, 'What does the lead think? leader@example.com');
  expect(await say(id, 'hm', board.lead.headers)).toMatchObject(forbidden);
  await say(id, 'What do you think, @Lead?');
  expect((await say(id, 'Yes.', board.lead.headers)).status).toBe(200);
  const reviewing = await board.create({ status: 'review' });
  expect((await say(reviewing.id, 'Yes.', board.lead.headers)).status).toBe(200);
  const own = await board.call('POST', `/agent/boards/${board.boardId}/tasks`, {
    body: { title: 'Mine' },
    as: board.lead.headers,
  });
  expect((await say(own.body.id, 'Yes.', board.lead.headers)).status).toBe(200);
});

it('107: mentions win over the assignee; the author is never told; no mention and no assignee tells nobody', async () => {
  const { id } = await board.create({ assigned_agent_id: board.worker.agentId });
  await say(id, 'How far are you?');
  expect(await board.told()).toEqual(['worker: task.comment']);
  await say(id, '@bob and @lead, look');
  expect(await board.told()).toEqual(['lead: task.mention', 'other: task.mention']);
  await say(id, 'I am nearly there', board.worker.headers);
  expect(await board.told()).toEqual([]);
  await say(id, 'note to self, @alex', board.worker.headers);
  expect(await board.told()).toEqual([]);
  const free = await board.create();
  await say(free.id, 'Who takes it?');
  expect(await board.told()).toEqual([]);
});

it('tells who wrote what, on which task', async () => {
  const { id } = await board.create({ title: 'Lamp', assigned_agent_id: board.worker.agentId });
  await say(id, 'From a person');
  await board.call('POST', `/agent${pathOf(id)}`, { body: { message: 'From an agent' }, as: board.other.headers });
  const sent = (await listMessages(app, board.orgId)).slice(-2);
  expect(sent.map(({ data }) => data)).toMatchObject([
    { actor: 'Pat Example', text: 'From a person', task: { id, title: 'Lamp' } },
    { actor: expect.stringContaining('Bob'), text: 'From an agent' },
  ]);
});

it('108: @Alex and @bob-2 gives alex and bob-2; the first name matches, the last does not; an empty name never', async () => {
  expect([...parseMentions('@Alex and @bob-2')]).toEqual(['alex', 'bob-2']);
  const isMeant = (name: string, text: string) => isMentioned({ name, is_board_lead: false }, parseMentions(text));
  expect(isMeant('Alex Turner', 'hi @alex')).toBe(true);
  expect(isMeant('Alex Turner', 'hi @turner')).toBe(false);
  expect(isMeant('', 'hi @alex')).toBe(false);
  const { id } = await board.create();
  await say(id, '@Alex and @nobody');
  expect(await board.told()).toEqual(['worker: task.mention']);
});

it('109: @lead matches only the lead, also when a worker is called Lead', async () => {
  const on = await makeTaskBoard(app);
  await app.platform.db.updateTable('agents').set({ name: 'Lead' }).where('id', '=', on.worker.agentId).execute();
  const { id } = await on.create();
  await on.told();
  await on.call('POST', pathOf(id, on), { body: { message: 'hello @lead' } });
  expect(await on.told()).toEqual(['lead: task.mention']);
});

it('110: a name that only differs in case matches; the whole normalized name matches', async () => {
  const on = await makeTaskBoard(app);
  await app.platform.db.updateTable('agents').set({ name: 'QA-Bot_7' }).where('id', '=', on.worker.agentId).execute();
  const { id } = await on.create();
  await on.told();
  await on.call('POST', pathOf(id, on), { body: { message: 'hello @qa-bot_7' } });
  expect(await on.told()).toEqual(['worker: task.mention']);
});

it('111: the feed answers only comments of readable boards, with agent name and role, or user name', async () => {
  const mine = await makeTaskBoard(app);
  const hidden = await makeTaskBoard(app);
  await app.platform.db
    .updateTable('agents')
    .set({ identity_profile: JSON.stringify({ role: 'Tester' }) })
    .where('id', '=', mine.worker.agentId)
    .execute();
  const shown = await mine.create({ title: 'Shown' });
  const secret = await hidden.create();
  await mine.call('POST', pathOf(shown.id, mine), { body: { message: 'by an agent' }, as: mine.worker.headers });
  await mine.call('POST', pathOf(shown.id, mine), { body: { message: 'by a person' } });
  await hidden.call('POST', pathOf(secret.id, hidden), { body: { message: 'hidden' } });
  const reader = await makeMember(app, mine.orgId, { boards: { [mine.boardId]: 'read' } });
  const feed = await mine.call('GET', '/activity/task-comments', { as: reader.headers });
  expect(feed.body).toMatchObject({
    total: 2,
    items: [
      { message: 'by a person', user_name: 'Pat Example', agent_name: null, task_title: 'Shown' },
      { message: 'by an agent', agent_name: expect.stringContaining('Alex'), agent_role: 'Tester', user_name: null },
    ],
  });
  const denied = await mine.call('GET', `/activity/task-comments?board_id=${hidden.boardId}`, { as: reader.headers });
  expect(denied).toMatchObject({ status: 403, code: 'board.access_denied' });
});

it('may be edited by the author only, which shows', async () => {
  const { id } = await board.create();
  const { body: comment } = await say(id, 'frist', board.worker.headers);
  const path = `${pathOf(id)}/${comment.id}`;
  for (const { headers } of [board.user, board.other, app.owner])
    expect(await board.call('PATCH', path, { body: { message: 'x' }, as: headers })).toMatchObject({
      status: 403,
      code: 'comment.author_only',
    });
  const edited = await board.call('PATCH', path, { body: { message: 'first' }, as: board.worker.headers });
  expect(edited).toMatchObject({ status: 200, body: { message: 'first', edited_at: expect.any(String) } });
  await board.call('PATCH', path, { body: { message: 'first' }, as: board.worker.headers });
  expect(await board.factsOf(comment.id)).toEqual(['task.comment', 'task.comment_edited']);
  const line = await app.platform.db
    .selectFrom('activity_events')
    .select('message')
    .where('id', '=', comment.id)
    .executeTakeFirst();
  expect(line).toEqual({ message: 'first' });
});

it('may be deleted by the author and by admins who may write, and leave no text behind', async () => {
  const { id } = await board.create();
  const first = (await say(id, 'secret', board.worker.headers)).body;
  const second = (await say(id, 'other')).body;
  const remove = (comment: string, as: Record<string, string>) =>
    board.call('DELETE', `${pathOf(id)}/${comment}`, { as });
  for (const { headers } of [board.user, board.other])
    expect(await remove(first.id, headers)).toMatchObject({ status: 403, code: 'comment.author_only' });
  expect((await remove(first.id, board.worker.headers)).status).toBe(204);
  expect((await remove(second.id, app.owner.headers)).status).toBe(204);
  expect(await remove(first.id, board.worker.headers)).toMatchObject({ status: 404, code: 'comment.not_found' });
  expect((await board.call('GET', pathOf(id))).body.total).toBe(0);
  expect(await board.factsOf(first.id)).toEqual(['task.comment', 'task.comment_deleted']);
  const line = await app.platform.db
    .selectFrom('activity_events')
    .select('message')
    .where('id', '=', first.id)
    .executeTakeFirst();
  expect(line).toEqual({ message: null });
  const { data, actor, board_id, type } = await app.platform.db
    .selectFrom('events')
    .selectAll()
    .where('subject_id', '=', first.id)
    .where('type', '=', 'task.comment_deleted')
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(data)).not.toContain('secret');
  const fact = { type, subjectId: first.id, boardId: board_id, actor, data, activity: null } as never;
  for (const topic of ['tasks', 'comments'])
    expect(taskCommentDeleted.streams?.[topic]?.(fact)).toEqual({
      event: 'deleted',
      data: { type: 'task.comment_deleted', id: first.id, board_id: board.boardId, task_id: id },
    });
});

it('are refused where they cannot stand', async () => {
  const { id } = await board.create();
  for (const message of ['', '  ', null, 5, 'x'.repeat(100_001)])
    expect((await say(id, message)).code, `${message}`.slice(0, 9)).toBe('request.invalid');
  expect(await say(newId(), 'x')).toMatchObject({ status: 404, code: 'task.not_found' });
  const foreign = await makeOrganization(app);
  const foreignBoard = await makeBoard(app, foreign);
  const foreignTask = await makeTask(app, foreign, foreignBoard);
  expect(await say(foreignTask, 'x')).toMatchObject({ status: 404, code: 'task.not_found' });
  const path = `/boards/${foreignBoard}/tasks/${foreignTask}/comments`;
  expect((await board.call('POST', path, { body: { message: 'x' } })).code).toBe('board.not_found');
  const reader = await makeMember(app, board.orgId, { all_boards_read: true });
  expect((await say(id, 'x', reader.headers)).code).toBe('board.access_denied');
});
