import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeTask,
} from '../../../test/make.ts';
import { toRoute } from './activity.rules.ts';
import type { ActivityEventRead } from './activity.schema.ts';
import { pruneActivity } from './activity.service.ts';

const NOW = new Date('2026-03-18T13:45:00Z');
let app: TestApp;
let gatewayId: string;
beforeAll(async () => {
  app = await createTestApp({ now: () => NOW });
  gatewayId = (await makeGateway(app, app.owner.orgId)).gatewayId;
});
afterAll(() => app.close());

const ask = (url: string, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ url: `/api/v1/activity${url}`, headers });
const list = async (url: string, headers?: Record<string, string>): Promise<ActivityEventRead[]> =>
  (await ask(url, headers)).json().items;

interface Line {
  boardId?: string | null;
  taskId?: string | null;
  agentId?: string | null;
  type?: string;
  actor?: { kind: string; id: string };
  daysAgo?: number;
  orgId?: string;
}
let minutes = 0;
async function makeLine(line: Line): Promise<string> {
  const {
    boardId = null,
    taskId = null,
    agentId = null,
    type = 'task.updated',
    daysAgo = 0,
    orgId = app.owner.orgId,
  } = line;
  const id = newId();
  minutes++;
  await app.platform.db
    .insertInto('activity_events')
    .values({
      ...{
        id,
        org_id: orgId,
        event_type: type,
        message: 'said',
        board_id: boardId,
        task_id: taskId,
        agent_id: agentId,
      },
      actor: JSON.stringify(line.actor ?? { kind: 'system', id: 'mission-control' }),
      data: JSON.stringify({ from: 'inbox' }),
      created_at: new Date(NOW.getTime() - daysAgo * 86_400_000 + minutes * 1_000),
    })
    .execute();
  return id;
}

it('216: the route of a task.comment has board, task and comment id; of approval.* only the board; without board the activity route with ISO time', () => {
  const line = { id: 'e', message: null, agent_id: null, created_at: '2026-03-18T13:45:00.25Z', data: null };
  const route = (event_type: string, board_id: string | null, task_id: string | null) =>
    toRoute({ ...line, event_type, board_id, task_id });
  expect(route('task.comment', 'b', 't')).toEqual({
    route_name: 'board',
    route_params: { boardId: 'b', taskId: 't', commentId: 'e' },
  });
  expect(route('approval.created', 'b', 't')).toEqual({
    route_name: 'board.approvals',
    route_params: { boardId: 'b' },
  });
  expect(route('board.updated', 'b', null)).toEqual({
    route_name: 'board',
    route_params: { boardId: 'b', panel: 'chat' },
  });
  expect(route('task.updated', 'b', 't')).toEqual({ route_name: 'board', route_params: { boardId: 'b', taskId: 't' } });
  expect(route('memory.created', 'b', null)).toEqual({ route_name: 'board', route_params: { boardId: 'b' } });
  const nowhere = { eventId: 'e', eventType: 'member.added', createdAt: '2026-03-18T13:45:00.25Z' };
  expect(route('member.added', null, null)).toEqual({ route_name: 'activity', route_params: nowhere });
  expect(route('member.added', null, 't').route_params).toEqual({ ...nowhere, taskId: 't' });
});

it('lists what readable boards saw, newest first, with who acted; what is about no board is for admins', async () => {
  const [open, closed] = [await makeBoard(app, app.owner.orgId), await makeBoard(app, app.owner.orgId)];
  const { agentId } = await makeGatewayAgent(app, app.owner.orgId, {
    kind: 'lead',
    gatewayId,
    boardId: open,
    name: 'Ada',
  });
  const member = await makeMember(app, app.owner.orgId, { boards: { [open]: 'read' }, name: 'Pat Example' });
  const byAgent = await makeLine({ boardId: open, actor: { kind: 'agent', id: agentId } });
  const byUser = await makeLine({ boardId: open, actor: { kind: 'user', id: member.userId }, type: 'board.updated' });
  const hidden = await makeLine({ boardId: closed });
  const about = await makeLine({ type: 'member.added' });
  const foreign = await makeLine({ orgId: await makeOrganization(app) });
  const seen = await list('', member.headers);
  expect(seen.map(({ id }) => id)).toEqual([byUser, byAgent]);
  expect(seen[0]).toMatchObject({
    ...{ event_type: 'board.updated', board_id: open, route_name: 'board', data: { from: 'inbox' } },
    actor: { kind: 'user', id: member.userId, name: 'Pat Example' },
  });
  expect(seen[1]?.actor).toEqual({ kind: 'agent', id: agentId, name: 'Ada' });
  const all = await list('');
  expect(all.slice(0, 4).map(({ id }) => id)).toEqual([about, hidden, byUser, byAgent]);
  expect(all[0]?.actor).toEqual({ kind: 'system', id: null, name: null });
  expect(all.map(({ id }) => id)).not.toContain(foreign);
  expect((await ask(`?board_id=${closed}`, member.headers)).json().code).toBe('board.access_denied');
});

it('finds the one line of a link, and what one kind of actor did', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const actor = { kind: 'webhook', id: newId() };
  const [called, other] = [await makeLine({ boardId: board, actor }), await makeLine({ boardId: board })];
  expect((await list(`?id=${other}`)).map(({ id }) => id)).toEqual([other]);
  expect((await list(`?board_id=${board}&actor_kind=webhook`)).map(({ id }) => id)).toEqual([called]);
  const stranger = await makeMember(app, await makeOrganization(app), { role: 'owner', all_boards_read: true });
  expect(await list(`?id=${other}`, stranger.headers)).toEqual([]);
  expect((await ask('?actor_kind=nobody')).statusCode).toBe(422);
});

it('gives an agent what is about it and nothing else', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const { agentId, headers } = await makeGatewayAgent(app, app.owner.orgId, {
    kind: 'worker',
    gatewayId,
    boardId: board,
  });
  const own = await makeLine({ boardId: board, agentId });
  await makeLine({ boardId: board });
  expect((await list('', headers)).map(({ id }) => id)).toEqual([own]);
});

it('filters by board, type and instant, and counts what it filters', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  await makeLine({ boardId: board, daysAgo: 3 });
  const recent = [await makeLine({ boardId: board }), await makeLine({ boardId: board, type: 'task.created' })];
  expect((await ask(`?board_id=${board}&limit=1`)).json()).toMatchObject({ total: 3, limit: 1, offset: 0 });
  const since = encodeURIComponent('2026-03-17T14:45:00+01:00');
  expect((await list(`?board_id=${board}&since=${since}`)).map(({ id }) => id)).toEqual(recent.toReversed());
  expect((await list(`?board_id=${board}&event_type=task.created`)).map(({ id }) => id)).toEqual([recent[1]]);
  expect((await ask('?since=yesterday')).json().code).toBe('request.invalid');
});

it('217: every write of a user has that user as actor', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const writer = await makeMember(app, app.owner.orgId, { role: 'admin', boards: { [board]: 'write' }, name: 'Wanda' });
  const call = async (method: 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
    const { headers } = writer;
    const answer = await app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
    expect(answer.statusCode, `${method} ${url}: ${answer.body}`).toBeLessThan(300);
    return answer.json();
  };
  const before = await app.platform.db.selectFrom('events').select('id').orderBy('id', 'desc').executeTakeFirst();
  const task = await call('POST', `/boards/${board}/tasks`, { title: 'Write' });
  await call('PATCH', `/boards/${board}/tasks/${task.id}`, { status: 'in_progress' });
  await call('POST', `/boards/${board}/tasks/${task.id}/comments`, { message: 'on it' });
  await call('POST', `/boards/${board}/approvals`, { action_type: 'x', confidence: 1, lead_reasoning: 'y' });
  await call('POST', `/boards/${board}/memory`, { content: 'noted' });
  await call('PATCH', `/boards/${board}`, { name: 'Renamed' });
  await call('POST', '/tags', { name: 'urgent' });
  await call('POST', '/board-groups', { name: 'Group', slug: '' });
  await call('POST', '/organizations/me/invites', { invited_email: 'new@example.com' });
  await call('DELETE', `/boards/${board}/tasks/${task.id}`);
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'actor'])
    .where('org_id', '=', app.owner.orgId)
    .where('id', '>', before?.id ?? 0)
    .execute();
  expect(facts.length).toBeGreaterThanOrEqual(10);
  for (const { type, actor } of facts) expect([type, actor]).toEqual([type, { kind: 'user', id: writer.userId }]);
  const lines = await list(`?board_id=${board}`);
  expect(lines.length).toBeGreaterThan(2);
  for (const { actor } of lines) expect(actor).toEqual({ kind: 'user', id: writer.userId, name: 'Wanda' });
});

it('111: the comment feed answers only comments of readable boards, with agent name and role, or user name', async () => {
  const [open, closed] = [
    await makeBoard(app, app.owner.orgId, { name: 'Open' }),
    await makeBoard(app, app.owner.orgId),
  ];
  const { agentId } = await makeGatewayAgent(app, app.owner.orgId, {
    kind: 'worker',
    gatewayId,
    boardId: open,
    name: 'Bob',
  });
  const role = JSON.stringify({ role: 'Tester' });
  await app.platform.db.updateTable('agents').set({ identity_profile: role }).where('id', '=', agentId).execute();
  const member = await makeMember(app, app.owner.orgId, { boards: { [open]: 'read' }, name: 'Sam' });
  const comment = async (boardId: string, author: { agent_id?: string; user_id?: string }, second: number) => {
    const task_id = await makeTask(app, app.owner.orgId, boardId, { title: 'Its task' });
    const created_at = new Date(NOW.getTime() + second * 1_000);
    await app.platform.db
      .insertInto('task_comments')
      .values({
        id: newId(),
        org_id: app.owner.orgId,
        board_id: boardId,
        task_id,
        message: 'done',
        created_at,
        ...author,
      })
      .execute();
  };
  await comment(open, { agent_id: agentId }, 1);
  await comment(open, { user_id: member.userId }, 2);
  await comment(closed, { agent_id: agentId }, 3);
  const { items, total } = (await ask('/task-comments', member.headers)).json();
  expect(total).toBe(2);
  expect(items).toMatchObject([
    { user_id: member.userId, user_name: 'Sam', agent_id: null, agent_name: null, agent_role: null },
    {
      agent_id: agentId,
      agent_name: 'Bob',
      agent_role: 'Tester',
      user_name: null,
      task_title: 'Its task',
      board_name: 'Open',
    },
  ]);
  expect((await ask('/task-comments')).json().total).toBe(3);
  expect((await ask(`/task-comments?board_id=${closed}`)).json().total).toBe(1);
  expect((await ask(`/task-comments?board_id=${closed}`, member.headers)).json().code).toBe('board.access_denied');
});

it('forgets lines after the retention, but not those of comments that exist', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const taskId = await makeTask(app, app.owner.orgId, board);
  const line = (type: string, daysAgo: number) => makeLine({ boardId: board, taskId, type, daysAgo });
  const [kept] = [await line('task.comment', 91), await line('task.comment', 91), await line('task.updated', 91)];
  const recent = await line('task.updated', 89);
  await app.platform.db
    .insertInto('task_comments')
    .values({ id: kept, org_id: app.owner.orgId, board_id: board, task_id: taskId, message: 'kept' })
    .execute();
  await pruneActivity(app.platform);
  expect((await list(`?board_id=${board}`)).map(({ id }) => id).toSorted()).toEqual([kept, recent].toSorted());
});
