import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  listMessages,
  type MadeAgent,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
  makeTask,
} from '../../../test/make.ts';

let app: TestApp;
let gatewayId: string;
beforeAll(async () => {
  app = await createTestApp();
  ({ gatewayId } = await makeGateway(app, app.owner.orgId));
});
afterAll(() => app.close());

const post = (url: string, payload?: object, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method: 'POST', url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
const say = (boardId: string, content: string, headers?: Record<string, string>) =>
  post(`/boards/${boardId}/memory`, { content, tags: ['chat'] }, headers);

interface Team {
  boardId: string;
  lead: MadeAgent;
  worker: MadeAgent;
}

async function makeTeam(): Promise<Team> {
  const boardId = await makeBoard(app, app.owner.orgId, { gatewayId });
  const place = { gatewayId, boardId };
  return {
    boardId,
    lead: await makeGatewayAgent(app, app.owner.orgId, { kind: 'lead', ...place }),
    worker: await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', ...place }),
  };
}

const messagesTo = async ({ agentId }: MadeAgent) =>
  (await listMessages(app, app.owner.orgId)).filter((message) => message.agent_id === agentId);
const kindsTo = async (agent: MadeAgent) => (await messagesTo(agent)).map(({ kind }) => kind);
const isPaused = async (boardId: string) => {
  const row = await app.platform.db
    .selectFrom('boards')
    .select('paused_at')
    .where('id', '=', boardId)
    .executeTakeFirst();
  return row?.paused_at !== null;
};
const factsOf = (boardId: string) =>
  app.platform.db
    .selectFrom('events')
    .select(['type', 'actor'])
    .where('subject_id', '=', boardId)
    .orderBy('id')
    .execute();

it('133: ` /PAUSE ` as chat goes to every agent of the board but the author as /pause, to be run at once, and pauses it', async () => {
  const { boardId, lead, worker } = await makeTeam();
  expect((await say(boardId, ' /PAUSE ', lead.headers)).statusCode).toBe(200);
  expect(await isPaused(boardId)).toBe(true);
  expect(await messagesTo(worker)).toMatchObject([{ kind: 'control.pause', text: '/pause', deliver: true }]);
  expect(await messagesTo(lead)).toEqual([]);
  expect(await factsOf(boardId)).toMatchObject([{ type: 'board.paused', actor: { kind: 'agent', id: lead.agentId } }]);

  await say(boardId, '/Resume');
  expect(await isPaused(boardId)).toBe(false);
  expect(await messagesTo(lead)).toMatchObject([{ kind: 'control.resume', text: '/resume', deliver: true }]);
  await say(boardId, 'I would /pause here');
  expect(await isPaused(boardId)).toBe(false);
});

it('a worker or a note does not command the board', async () => {
  const { boardId, lead, worker } = await makeTeam();
  await say(boardId, '/pause', worker.headers);
  await post(`/boards/${boardId}/memory`, { content: '/pause' });
  expect(await isPaused(boardId)).toBe(false);
  expect(await kindsTo(lead)).toEqual(['chat.message']);
});

it('134: while paused notices are held, chat and commands are not; resume sends what was held in order', async () => {
  const groupId = await makeBoardGroup(app, app.owner.orgId);
  const { boardId, lead } = await makeTeam();
  expect((await post(`/boards/${boardId}/pause`)).json().paused_at).not.toBeNull();
  const patch = (payload: object) =>
    app.router.inject({ method: 'PATCH', url: `/api/v1/boards/${boardId}`, headers: app.owner.headers, payload });
  await patch({ objective: 'one' });
  await patch({ board_group_id: groupId });
  await say(boardId, 'how is it going?');
  const held = await messagesTo(lead);
  expect(held.map(({ kind, waits_for }) => [kind, waits_for])).toEqual([
    ['control.pause', `gateway:${gatewayId}`],
    ['board.updated', `board:${boardId}`],
    ['board.updated', `board:${boardId}`],
    ['board.group_changed', `board:${boardId}`],
    ['chat.message', `gateway:${gatewayId}`],
  ]);

  expect((await post(`/boards/${boardId}/resume`)).json().paused_at).toBeNull();
  const sent = await messagesTo(lead);
  expect(sent.every(({ waits_for }) => waits_for === `gateway:${gatewayId}`)).toBe(true);
  expect(new Set(sent.map(({ queue }) => queue)).size).toBe(1);
  expect(sent.map(({ kind }) => kind)).toEqual([...held.map(({ kind }) => kind), 'control.resume']);
});

it('134: while paused an agent cannot change the status of a task, a person can', async () => {
  const { boardId, worker } = await makeTeam();
  const taskId = await makeTask(app, app.owner.orgId, boardId);
  await post(`/boards/${boardId}/pause`);
  const move = (headers: Record<string, string>) =>
    app.router.inject({
      method: 'PATCH',
      url: `/api/v1/boards/${boardId}/tasks/${taskId}`,
      headers,
      payload: { status: 'in_progress' },
    });
  expect((await move(worker.headers)).json().code).toBe('board.paused');
  expect((await move(app.owner.headers)).json().status).toBe('in_progress');
});

it('doing it twice by the button changes nothing and tells nobody again', async () => {
  const { boardId, lead } = await makeTeam();
  const first = (await post(`/boards/${boardId}/pause`)).json();
  expect((await post(`/boards/${boardId}/pause`)).json()).toEqual(first);
  expect(await kindsTo(lead)).toEqual(['control.pause']);
  expect(await factsOf(boardId)).toHaveLength(1);
});

it('is for people with write access and the lead', async () => {
  const { boardId, lead, worker } = await makeTeam();
  const reader = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'read' } });
  const codeFor = async (headers: Record<string, string>) =>
    (await post(`/boards/${boardId}/pause`, undefined, headers)).json().code;
  expect(await codeFor(reader.headers)).toBe('board.access_denied');
  expect(await codeFor(worker.headers)).toBe('agent.lead_required');
  expect(await codeFor(lead.headers)).toBeUndefined();
  const foreign = await makeBoard(app, await makeOrganization(app));
  expect((await post(`/boards/${foreign}/pause`)).json().code).toBe('board.not_found');
});
