import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
} from '../../../test/make.ts';
import { openStream, type SseClient, type SseMessage } from '../../../test/sse.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  await app.router.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT';
const call = async (
  method: Method,
  url: string,
  payload?: object,
  headers: Record<string, string> = app.owner.headers,
) => {
  const answer = await app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
  expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
  return answer.body === '' ? undefined : answer.json();
};
const boardOfOrg = (more: Parameters<typeof makeBoard>[2] = {}) => makeBoard(app, app.owner.orgId, more);
const note = (board: string, content: string, tags: string[] = []) =>
  call('POST', `/boards/${board}/memory`, { content, tags });
const contentOf = ({ data }: SseMessage) => (data.memory as { content?: string } | undefined)?.content;
const contentsOf = ({ messages }: SseClient) => messages.map(contentOf);
const until = (stream: SseClient, content: string) => stream.find((message) => contentOf(message) === content);

it('208: a committed change reaches an open stream, once, with an id', async () => {
  const board = await boardOfOrg();
  const stream = await openStream(app, `/boards/${board}/memory/stream`);
  const memory = await note(board, 'first');
  await note(board, 'second');
  await until(stream, 'second');
  expect(contentsOf(stream)).toEqual(['first', 'second']);
  expect(stream.messages[0]).toEqual({ id: expect.any(String), event: 'memory', data: { memory } });
  expect(stream.others[0]).toBe('retry: 1000');
  stream.close();
});

it('209: reconnecting with Last-Event-ID gives exactly the missed changes in order; with an expired one reset', async () => {
  const board = await boardOfOrg();
  const path = `/boards/${board}/memory/stream`;
  const stream = await openStream(app, path);
  await note(board, 'seen');
  const lastId = String((await until(stream, 'seen')).id);
  stream.close();
  for (const content of ['missed 1', 'missed 2', 'missed 3']) await note(board, content);
  await note(await boardOfOrg(), 'elsewhere');
  const again = await openStream(app, `${path}?since=2000-01-01`, { 'last-event-id': lastId });
  await note(board, 'live');
  await until(again, 'live');
  expect(contentsOf(again)).toEqual(['missed 1', 'missed 2', 'missed 3', 'live']);
  again.close();
  await app.platform.db.deleteFrom('events').where('board_id', '=', board).execute();
  const expired = await openStream(app, path, { 'last-event-id': lastId });
  await note(board, 'after');
  await until(expired, 'after');
  expect(expired.messages).toMatchObject([
    { event: 'reset', data: { reason: 'cursor_expired' } },
    { event: 'memory', data: { memory: { content: 'after' } } },
  ]);
  expired.close();
});

it('begins with an instant, included; what is unreadable counts as missing', async () => {
  const board = await boardOfOrg();
  await note(board, 'old');
  await sleep(5);
  const watching = await openStream(app, `/boards/${board}/memory/stream`);
  const { created_at } = await note(board, 'newer');
  await until(watching, 'newer'); // what is told from now on came later
  const since = await openStream(app, `/boards/${board}/memory/stream?since=${created_at}`);
  const unreadable = await openStream(app, `/boards/${board}/memory/stream?since=yesterday`);
  await note(board, 'live');
  await Promise.all([until(since, 'live'), until(unreadable, 'live')]);
  expect(contentsOf(since)).toEqual(['newer', 'live']);
  expect(contentsOf(unreadable)).toEqual(['live']);
  for (const stream of [watching, since, unreadable]) stream.close();
});

it('gives since an instant that is no longer kept what there is, and tells to read anew', async () => {
  const board = await boardOfOrg();
  await note(board, 'kept');
  const stream = await openStream(app, `/boards/${board}/memory/stream?since=2001-01-01T00:00:00Z`);
  await until(stream, 'kept');
  expect(stream.messages.map(({ event }) => event)).toEqual(['reset', 'memory']);
  stream.close();
});

it('continues from the cursor of a snapshot', async () => {
  const board = await boardOfOrg();
  await note(board, 'in the snapshot');
  const { cursor } = await call('GET', `/boards/${board}/snapshot`);
  await note(board, 'after it');
  const stream = await openStream(app, `/boards/${board}/memory/stream`, { 'last-event-id': cursor });
  await until(stream, 'after it');
  // What was settled only after the snapshot was taken, because something else was being written, comes again.
  expect(contentsOf(stream).filter((content) => content !== 'in the snapshot')).toEqual(['after it']);
  stream.close();
});

it('212: task messages have type and activity with six keys; comments have comment and no task; others a task with is_blocked', async () => {
  const board = await boardOfOrg();
  const stream = await openStream(app, `/boards/${board}/tasks/stream`);
  const feed = await openStream(app, `/activity/task-comments/stream?board_id=${board}`);
  const task = await call('POST', `/boards/${board}/tasks`, { title: 'Write' });
  await call('PATCH', `/boards/${board}/tasks/${task.id}`, { priority: 'high' });
  await call('PATCH', `/boards/${board}/tasks/${task.id}`, { status: 'in_progress' });
  const comment = await call('POST', `/boards/${board}/tasks/${task.id}/comments`, { message: 'on it' });
  await stream.waitFor(4);
  expect(stream.messages.map(({ event, data }) => [event, data.type])).toEqual([
    ['task', 'task.created'],
    ['task', 'task.updated'],
    ['task', 'task.status_changed'],
    ['task', 'task.comment'],
  ]);
  for (const { data } of stream.messages)
    expect(Object.keys(data.activity as object).toSorted()).toEqual([
      'agent_id',
      'created_at',
      'event_type',
      'id',
      'message',
      'task_id',
    ]);
  expect(stream.messages[2]?.data.task).toMatchObject({ id: task.id, status: 'in_progress', is_blocked: false });
  const { data } = stream.messages[3] as SseMessage;
  expect(data.comment).toMatchObject({ id: comment.id, message: 'on it', task_id: task.id });
  expect('task' in data).toBe(false);
  const [fed] = await feed.waitFor(1);
  expect(fed).toMatchObject({
    event: 'comment',
    data: { comment: { id: comment.id, task_title: 'Write', board_id: board } },
  });
  expect(Object.keys(fed?.data ?? {})).toEqual(['comment']);
  for (const one of [stream, feed]) one.close();
});

it('211: deleting a task, comment, approval, memory row and agent each give deleted', async () => {
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const board = await boardOfOrg({ gatewayId });
  const { agentId } = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: board });
  const task = await call('POST', `/boards/${board}/tasks`, { title: 'Gone soon' });
  const comment = await call('POST', `/boards/${board}/tasks/${task.id}/comments`, { message: 'gone sooner' });
  const approval = await call('POST', `/boards/${board}/approvals`, {
    ...{ action_type: 'deploy', confidence: 80, lead_reasoning: 'needed', task_ids: [task.id] },
  });
  const memory = await note(board, 'gone too');
  const paths = ['tasks', 'approvals', 'memory'].map((name) => `/boards/${board}/${name}/stream`);
  const streams = await Promise.all(
    [...paths, '/activity/task-comments/stream', '/agents/stream'].map((path) => openStream(app, path)),
  );
  await call('DELETE', `/boards/${board}/tasks/${task.id}/comments/${comment.id}`);
  await call('DELETE', `/boards/${board}/tasks/${task.id}`);
  await call('DELETE', `/boards/${board}/memory/${memory.id}`);
  await call('DELETE', `/agents/${agentId}`);
  const deletionsOf = async (stream: SseClient, ids: string[]) => {
    const found = await Promise.all(
      ids.map((id) => stream.find(({ event, data }) => event === 'deleted' && data.id === id)),
    );
    return found.map(({ data: { type, board_id, task_id } }) => [type, board_id, task_id]);
  };
  const [tasks, approvals, memories, comments, agents] = streams as [
    SseClient,
    SseClient,
    SseClient,
    SseClient,
    SseClient,
  ];
  expect(await deletionsOf(tasks, [comment.id, task.id])).toEqual([
    ['task.comment_deleted', board, task.id],
    ['task.deleted', board, undefined],
  ]);
  expect(await deletionsOf(approvals, [approval.id])).toEqual([['approval.deleted', board, undefined]]);
  expect(await deletionsOf(memories, [memory.id])).toEqual([['memory.deleted', board, undefined]]);
  expect(await deletionsOf(comments, [comment.id])).toEqual([['task.comment_deleted', board, task.id]]);
  expect(await deletionsOf(agents, [agentId])).toEqual([['agent.deleted', board, undefined]]);
  for (const stream of streams) stream.close();
});

it('sends approvals with what waits on the board and on each task', async () => {
  const board = await boardOfOrg();
  const tasks = [];
  for (const title of ['one', 'two']) tasks.push(await call('POST', `/boards/${board}/tasks`, { title }));
  const stream = await openStream(app, `/boards/${board}/approvals/stream`);
  const ask = (task_ids: string[]) =>
    call('POST', `/boards/${board}/approvals`, {
      action_type: 'deploy',
      confidence: 80,
      lead_reasoning: 'needed',
      task_ids,
    });
  const counts = (task_id: string) => ({ task_id, approvals_count: 1, approvals_pending_count: 1 });
  const first = await ask([tasks[0].id]);
  await ask([]);
  await stream.waitFor(2);
  expect(stream.messages[0]).toMatchObject({
    event: 'approval',
    data: {
      approval: { id: first.id, status: 'pending' },
      pending_approvals_count: 1,
      task_counts: counts(tasks[0].id),
    },
  });
  expect(stream.messages[1]?.data).toMatchObject({ pending_approvals_count: 2 });
  expect('task_counts' in (stream.messages[1]?.data ?? {})).toBe(false);
  stream.close();
});

it('follows the current group of a board, and leaves out what is not chat when only chat is asked for', async () => {
  const group = await makeBoardGroup(app, app.owner.orgId);
  const board = await boardOfOrg({ groupId: group });
  const { headers } = await makeMember(app, app.owner.orgId, { boards: { [board]: 'write' } });
  const say = (content: string, tags: string[] = []) =>
    call('POST', `/board-groups/${group}/memory`, { content, tags });
  const ofBoard = await openStream(app, `/boards/${board}/group-memory/stream`, headers);
  const ofGroup = await openStream(app, `/board-groups/${group}/memory/stream`, headers);
  const chat = await openStream(app, `/board-groups/${group}/memory/stream?is_chat=true`);
  await say('a note');
  await say('hello', ['chat']);
  await Promise.all([ofBoard, ofGroup, chat].map((stream) => until(stream, 'hello')));
  expect(contentsOf(ofBoard)).toEqual(['a note', 'hello']);
  expect(contentsOf(ofGroup)).toEqual(['a note', 'hello']);
  expect(contentsOf(chat)).toEqual(['hello']);
  expect(ofBoard.messages[0]?.data).toMatchObject({ memory: { board_group_id: group } });
  await call('PATCH', `/boards/${board}`, { board_group_id: null });
  await say('after it left', ['chat']);
  await until(chat, 'after it left');
  await ofGroup.ended;
  expect(ofGroup.messages.at(-1)?.event).toBe('revoked');
  await call('PATCH', `/boards/${board}`, { board_group_id: group });
  await say('back again');
  await until(ofBoard, 'back again');
  expect(contentsOf(ofBoard)).toEqual(['a note', 'hello', 'back again']);
  for (const stream of [ofBoard, chat]) stream.close();
});

it('shows agents of readable boards and main agents when their shown state changes', async () => {
  const { gatewayId, main } = await makeGateway(app, app.owner.orgId);
  const [board, other] = [await boardOfOrg({ gatewayId }), await boardOfOrg({ gatewayId })];
  const place = { kind: 'worker', gatewayId } as const;
  const worker = await makeGatewayAgent(app, app.owner.orgId, { ...place, boardId: board });
  const elsewhere = await makeGatewayAgent(app, app.owner.orgId, { ...place, boardId: other });
  const admin = await makeMember(app, app.owner.orgId, { role: 'admin', boards: { [board]: 'read' } });
  const everywhere = await openStream(app, '/agents/stream', admin.headers);
  const here = await openStream(app, `/agents/stream?board_id=${board}`, admin.headers);
  for (const { headers } of [main, elsewhere, worker]) await call('POST', '/agent/heartbeat', undefined, headers);
  const idOf = ({ data }: SseMessage) => (data.agent as { id: string }).id;
  for (const stream of [everywhere, here]) await stream.find((message) => idOf(message) === worker.agentId);
  expect(new Set(everywhere.messages.map(idOf))).toEqual(new Set([main.agentId, worker.agentId]));
  expect(new Set(here.messages.map(idOf))).toEqual(new Set([worker.agentId]));
  expect(here.messages[0]).toMatchObject({ event: 'agent', data: { agent: { status: 'online', board_id: board } } });
  for (const stream of [everywhere, here]) stream.close();
});

it('lets agents listen to their own board and nobody to boards, groups and agents that they may not read', async () => {
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const group = await makeBoardGroup(app, app.owner.orgId);
  const [board, other] = [await boardOfOrg({ gatewayId }), await boardOfOrg({ groupId: group })];
  const agent = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId: board });
  const member = await makeMember(app, app.owner.orgId, { boards: { [board]: 'read' } });
  const stream = await openStream(app, `/boards/${board}/memory/stream`, { ...agent.headers, authorization: '' });
  await note(board, 'for agents, too');
  await until(stream, 'for agents, too');
  stream.close();
  const codeOf = async (url: string, headers: Record<string, string>) =>
    (await app.router.inject({ url: `/api/v1${url}`, headers })).json().code;
  const foreign = await makeBoard(app, await makeOrganization(app));
  for (const name of ['tasks', 'approvals', 'memory', 'group-memory']) {
    const path = (id: string) => `/boards/${id}/${name}/stream`;
    expect(await codeOf(path(other), agent.headers)).toBe('agent.board_forbidden');
    expect(await codeOf(path(other), member.headers)).toBe('board.access_denied');
    expect(await codeOf(path(foreign), app.owner.headers)).toBe('board.not_found');
    expect(await codeOf(path(board), {})).toBe('auth.unauthorized');
    expect(await codeOf(path('1'), app.owner.headers)).toBe('request.invalid');
  }
  expect(await codeOf(`/board-groups/${group}/memory/stream`, member.headers)).toBe('board.access_denied');
  expect(await codeOf(`/activity/task-comments/stream?board_id=${other}`, member.headers)).toBe('board.access_denied');
  expect(await codeOf('/agents/stream', member.headers)).toBe('auth.forbidden');
  const admin = await makeMember(app, app.owner.orgId, { role: 'admin' });
  expect(await codeOf(`/agents/stream?board_id=${other}`, admin.headers)).toBe('board.access_denied');
});
