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
} from '../../../test/make.ts';
import { openStream } from '../../../test/sse.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;

let app: TestApp;
let groupId: string;
let boards: [string, string];
let agents: { leadA: MadeAgent; workerA: MadeAgent; leadB: MadeAgent; workerB: MadeAgent };
beforeAll(async () => {
  app = await createTestApp();
  await app.router.listen({ port: 0, host: '127.0.0.1' });
  const { orgId } = app.owner;
  const { gatewayId } = await makeGateway(app, orgId);
  groupId = await makeBoardGroup(app, orgId);
  boards = [await makeBoard(app, orgId, { gatewayId, groupId }), await makeBoard(app, orgId, { gatewayId, groupId })];
  const make = (kind: 'lead' | 'worker', boardId: string, name: string) =>
    makeGatewayAgent(app, orgId, { kind, gatewayId, boardId, name });
  agents = {
    leadA: await make('lead', boards[0], 'Ada'),
    workerA: await make('worker', boards[0], 'Alan'),
    leadB: await make('lead', boards[1], 'Bea'),
    workerB: await make('worker', boards[1], 'Bob'),
  };
});
afterAll(() => app.close());

const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });

/** The kinds of new messages by agent name, after something was written. */
async function heard(write: () => Promise<unknown>): Promise<Record<string, string[]>> {
  const seen = new Map(Object.entries(agents).map(([name, { agentId }]) => [agentId, name]));
  const before = (await listMessages(app, app.owner.orgId)).length;
  await write();
  const told: Record<string, string[]> = {};
  for (const { agent_id, kind } of (await listMessages(app, app.owner.orgId)).slice(before)) {
    const name = seen.get(agent_id) ?? agent_id;
    told[name] = [...(told[name] ?? []), kind];
  }
  return told;
}

it('tells nobody of a note, leads and mentioned of chat, everybody of a broadcast or @all, never the author', async () => {
  const write = (content: string, tags: string[], headers?: Headers) => () =>
    call('POST', `/boards/${boards[0]}/group-memory`, { content, tags }, headers);
  expect(await heard(write('@lead a note', []))).toEqual({});
  expect(await heard(write('hello @bob', ['chat'], agents.leadA.headers))).toEqual({
    leadB: ['group.chat'],
    workerB: ['group.mention'],
  });
  const everybody = { leadA: ['group.broadcast'], leadB: ['group.broadcast'], workerB: ['group.broadcast'] };
  expect(await heard(write('stop', ['broadcast'], agents.workerA.headers))).toEqual(everybody);
  expect(await heard(write('@all look', [], agents.workerA.headers))).toEqual(everybody);
  expect(await heard(write('/pause', ['chat']))).toEqual({ leadA: ['group.chat'], leadB: ['group.chat'] });
});

it('is one memory, by the group and by each of its boards', async () => {
  const made = (await call('POST', `/board-groups/${groupId}/memory`, { content: 'shared', tags: ['one'] })).json();
  expect(made).toMatchObject({ board_group_id: groupId, content: 'shared', is_chat: false, source: null });
  for (const url of [`/board-groups/${groupId}/memory`, ...boards.map((id) => `/boards/${id}/group-memory`)])
    expect((await call('GET', `${url}?tag=one`)).json()).toMatchObject({ total: 1, items: [{ id: made.id }] });
  const byAgent = await call('GET', `/boards/${boards[1]}/group-memory?q=shared`, undefined, agents.workerB.headers);
  expect(byAgent.json().total).toBe(1);
  const facts = await app.platform.db
    .selectFrom('events')
    .select(['type', 'board_id'])
    .where('subject_id', '=', made.id)
    .execute();
  expect(facts).toEqual([{ type: 'memory.created', board_id: null }]);
});

it('takes the name of the author as the source of chat', async () => {
  const url = `/boards/${boards[0]}/group-memory`;
  const chat = (await call('POST', url, { content: 'hi', tags: ['chat'] }, agents.workerA.headers)).json();
  expect(chat).toMatchObject({ is_chat: true, source: 'Alan', agent_id: agents.workerA.agentId });
});

it('135: a board without group has an empty list, and writing is 422 board.group_missing', async () => {
  const alone = await makeBoard(app, app.owner.orgId);
  const url = `/boards/${alone}/group-memory`;
  expect((await call('GET', url)).json()).toEqual({ items: [], total: 0, limit: 200, offset: 0 });
  const answer = await call('POST', url, { content: 'x' });
  expect([answer.statusCode, answer.json().code]).toEqual([422, 'board.group_missing']);
  await call('PATCH', `/boards/${alone}`, { board_group_id: groupId });
  expect((await call('GET', url)).json().total).toBeGreaterThan(0);
});

it('135: the stream of a board without group is silent and follows when a group is set', async () => {
  const alone = await makeBoard(app, app.owner.orgId);
  const stream = await openStream(app, `/boards/${alone}/group-memory/stream`);
  const write = (content: string) => call('POST', `/board-groups/${groupId}/memory`, { content });
  await write('before');
  await call('PATCH', `/boards/${alone}`, { board_group_id: groupId });
  await write('after');
  const contentOf = ({ data }: { data: Record<string, unknown> }) => (data.memory as { content: string }).content;
  await stream.find((message) => contentOf(message) === 'after');
  expect(stream.messages.map(contentOf)).toEqual(['after']);
  stream.close();
});

it('is read and written by who reads and writes a board of the group', async () => {
  const reader = await makeMember(app, app.owner.orgId, { boards: { [boards[0]]: 'read' } });
  const stranger = await makeMember(app, app.owner.orgId, {});
  const url = `/board-groups/${groupId}/memory`;
  expect((await call('GET', url, undefined, reader.headers)).statusCode).toBe(200);
  expect((await call('POST', url, { content: 'x' }, reader.headers)).json().code).toBe('board.access_denied');
  expect((await call('GET', url, undefined, stranger.headers)).json().code).toBe('board.access_denied');
  const byBoard = await call('POST', `/boards/${boards[0]}/group-memory`, { content: 'x' }, reader.headers);
  expect(byBoard.json().code).toBe('board.access_denied');
});

it('is changed and deleted by its author or a person with write access', async () => {
  const [a, b] = boards;
  const author = await makeMember(app, app.owner.orgId, { boards: { [a]: 'write' } });
  const writer = await makeMember(app, app.owner.orgId, { boards: { [b]: 'write' } });
  const reader = await makeMember(app, app.owner.orgId, { boards: { [b]: 'read' } });
  const note = (await call('POST', `/board-groups/${groupId}/memory`, { content: 'mine' }, author.headers)).json();
  const url = `/board-groups/${groupId}/memory/${note.id}`;
  expect((await call('PATCH', url, { content: 'x' }, reader.headers)).json().code).toBe('memory.author_only');
  expect((await call('DELETE', url, undefined, reader.headers)).json().code).toBe('memory.author_only');
  expect((await call('PATCH', url, { content: 'ours' }, writer.headers)).json().content).toBe('ours');
  expect((await call('DELETE', url, undefined, author.headers)).statusCode).toBe(204);
  expect((await call('DELETE', url, undefined, author.headers)).json().code).toBe('memory.not_found');
});
