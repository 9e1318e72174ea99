import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  listMessages,
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
} from '../../../test/make.ts';
import { openStream } from '../../../test/sse.ts';

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Record<string, string>;

let app: TestApp;
let gatewayId: string;
let boardId: string;
let lead: MadeAgent;
let worker: MadeAgent;
beforeAll(async () => {
  app = await createTestApp();
  await app.router.listen({ port: 0, host: '127.0.0.1' });
  ({ gatewayId } = await makeGateway(app, app.owner.orgId));
  boardId = await makeBoard(app, app.owner.orgId, { gatewayId });
  const place = { gatewayId, boardId };
  lead = await makeGatewayAgent(app, app.owner.orgId, { kind: 'lead', name: 'Ada', ...place });
  worker = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', name: 'Bob Builder', ...place });
});
afterAll(() => app.close());

const call = (method: Method, url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
const write = async (memory: object, headers?: Headers) =>
  (await call('POST', `/boards/${boardId}/memory`, memory, headers)).json();
const list = async (query: string) => (await call('GET', `/boards/${boardId}/memory?${query}`)).json();
const factsOf = (id: string) =>
  app.platform.db
    .selectFrom('events')
    .select(['type', 'board_id', 'actor', 'data'])
    .where('subject_id', '=', id)
    .orderBy('id')
    .execute();
const messagesTo = async ({ agentId }: MadeAgent) =>
  (await listMessages(app, app.owner.orgId)).filter((message) => message.agent_id === agentId);

describe('writing', () => {
  it('131: chat without source takes the name of the agent, else preferred name, name, `User`', async () => {
    const chat = { content: 'hi', tags: ['chat'] };
    const setName = (preferred_name: string | null, name: string | null) =>
      app.platform.db.updateTable('users').set({ preferred_name, name }).where('id', '=', app.owner.userId).execute();
    expect((await write(chat, worker.headers)).source).toBe('Bob Builder');
    await setName('Pat', 'Patricia');
    expect((await write(chat)).source).toBe('Pat');
    await setName(' ', 'Patricia');
    expect((await write(chat)).source).toBe('Patricia');
    await setName(null, null);
    expect((await write(chat)).source).toBe('User');
    expect((await write({ ...chat, source: 'a bridge' })).source).toBe('a bridge');
    expect((await write({ content: 'a note' })).source).toBeNull();
  });

  it('answers the row with its author, is chat by its tag only, and writes who wrote it', async () => {
    const byAgent = await write({ content: ' a note ', tags: ['decision'] }, worker.headers);
    expect(byAgent).toMatchObject({
      board_id: boardId,
      content: 'a note',
      tags: ['decision'],
      is_chat: false,
      agent_id: worker.agentId,
      user_id: null,
      edited_at: null,
    });
    expect(await factsOf(byAgent.id)).toMatchObject([
      { type: 'memory.created', board_id: boardId, actor: { kind: 'agent', id: worker.agentId } },
    ]);
    expect(await write({ content: 'x', tags: ['chat'] })).toMatchObject({ is_chat: true, user_id: app.owner.userId });
  });

  it('132: chat tells the lead and the mentioned, not the author; what is no chat tells nobody', async () => {
    const before = { lead: (await messagesTo(lead)).length, worker: (await messagesTo(worker)).length };
    const heard = async () => ({
      lead: (await messagesTo(lead)).slice(before.lead).map(({ kind }) => kind),
      worker: (await messagesTo(worker)).slice(before.worker).map(({ kind }) => kind),
    });
    await write({ content: '@Bob and @lead: a note' });
    expect(await heard()).toEqual({ lead: [], worker: [] });
    await write({ content: 'hello', tags: ['chat'] });
    expect(await heard()).toEqual({ lead: ['chat.message'], worker: [] });
    await write({ content: '@bob, see @builder', tags: ['chat'] }, lead.headers);
    expect(await heard()).toEqual({ lead: ['chat.message'], worker: ['chat.mention'] });
    await write({ content: '@bob @lead done', tags: ['chat'] }, worker.headers);
    expect(await heard()).toEqual({ lead: ['chat.message', 'chat.mention'], worker: ['chat.mention'] });
    expect((await messagesTo(lead)).at(-1)).toMatchObject({ data: { sender: 'Bob Builder', text: '@bob @lead done' } });
  });

  it('refuses blank content, too many or too long tags, and readers', async () => {
    for (const memory of [
      { content: '  ' },
      { content: 'x', tags: Array.from({ length: 51 }, (_, i) => `t${i}`) },
      { content: 'x', tags: [''] },
      { content: 'x', tags: ['t'.repeat(201)] },
      {},
    ])
      expect((await write(memory)).code).toBe('request.invalid');
    const reader = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'read' } });
    expect((await write({ content: 'x' }, reader.headers)).code).toBe('board.access_denied');
    const elsewhere = await makeGatewayAgent(app, app.owner.orgId, {
      kind: 'worker',
      gatewayId,
      boardId: await makeBoard(app, app.owner.orgId, { gatewayId }),
    });
    expect((await write({ content: 'x' }, elsewhere.headers)).code).toBe('agent.board_forbidden');
    const foreign = await makeBoard(app, await makeOrganization(app));
    expect((await call('POST', `/boards/${foreign}/memory`, { content: 'x' })).json().code).toBe('board.not_found');
  });

  it('is the same under the address of the agent API', async () => {
    const url = `/agent/boards/${boardId}/memory`;
    const made = (await call('POST', url, { content: 'from an agent', tags: ['agent-api'] }, worker.headers)).json();
    expect(made).toMatchObject({ content: 'from an agent', agent_id: worker.agentId });
    const page = (await call('GET', `${url}?tag=agent-api`, undefined, lead.headers)).json();
    expect(page).toMatchObject({ total: 1, items: [{ id: made.id }] });
  });
});

describe('reading', () => {
  it('lists newest first, by chat, tag or words, with the exact total', async () => {
    const ids: string[] = [];
    for (const content of ['The parser is slow', 'Slow parsers parse', 'nothing'])
      ids.push((await write({ content, tags: ['list-test'] })).id);
    const page = await list('tag=list-test&limit=2');
    expect(page.items.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]]);
    expect(page).toMatchObject({ total: 3, limit: 2, offset: 0 });
    expect((await list('tag=list-test&is_chat=true')).total).toBe(0);
    expect((await list('tag=list-test&is_chat=false')).total).toBe(3);
    expect((await list('is_chat=maybe')).code).toBe('request.invalid');
  });

  it('136: memory is edited and deleted by its author, search finds words, and a deletion is streamed', async () => {
    const note = await write({ content: 'The zebra crossing is broken', tags: ['street'] }, worker.headers);
    const url = `/boards/${boardId}/memory/${note.id}`;
    expect((await list('q=zebra')).items).toMatchObject([{ id: note.id }]);
    const edited = (await call('PATCH', url, { content: 'The giraffe crossing is broken' }, worker.headers)).json();
    expect(edited).toMatchObject({ content: 'The giraffe crossing is broken', tags: ['street'] });
    expect(edited.edited_at).not.toBeNull();
    expect((await list('q=zebra')).total).toBe(0);
    expect((await list('q="giraffe crossing" -zebra')).total).toBe(1);
    expect((await list(`q=${encodeURIComponent("'; :* (( & |")}`)).total).toBe(0);
    const stream = await openStream(app, `/boards/${boardId}/memory/stream`);
    const gone = await call('DELETE', url, undefined, worker.headers);
    const message = await stream.find(({ event }) => event === 'deleted');
    expect(message.data).toMatchObject({ type: 'memory.deleted', id: note.id, board_id: boardId });
    stream.close();
    expect([gone.statusCode, gone.body]).toEqual([204, '']);
    expect((await list('q=giraffe')).total).toBe(0);
    expect((await factsOf(note.id)).map(({ type }) => type)).toEqual([
      'memory.created',
      'memory.updated',
      'memory.deleted',
    ]);
    expect((await call('DELETE', url, undefined, worker.headers)).json().code).toBe('memory.not_found');
  });

  it('an edit that changes nothing is none', async () => {
    const note = await write({ content: 'same', tags: ['a'] });
    const again = await call('PATCH', `/boards/${boardId}/memory/${note.id}`, { content: 'same', tags: ['a'] });
    expect(again.json()).toEqual(note);
    expect(await factsOf(note.id)).toHaveLength(1);
  });

  it('others may edit or delete only with write access, agents never; chat is not edited', async () => {
    const note = await write({ content: 'mine' }, worker.headers);
    const chat = await write({ content: 'said', tags: ['chat'] }, worker.headers);
    const url = `/boards/${boardId}/memory/${note.id}`;
    const reader = await makeMember(app, app.owner.orgId, { boards: { [boardId]: 'read' } });
    for (const headers of [lead.headers, reader.headers]) {
      expect((await call('PATCH', url, { content: 'x' }, headers)).json().code).toBe('memory.author_only');
      expect((await call('DELETE', url, undefined, headers)).json().code).toBe('memory.author_only');
    }
    expect((await call('PATCH', url, { content: 'better' })).json().content).toBe('better');
    expect((await call('PATCH', url, { tags: ['chat'] })).json().code).toBe('request.invalid');
    const said = `/boards/${boardId}/memory/${chat.id}`;
    expect((await call('PATCH', said, { content: 'x' }, worker.headers)).json().code).toBe('request.invalid');
    expect((await call('DELETE', said)).statusCode).toBe(204);
    expect((await call('DELETE', `/boards/${boardId}/memory/${newId()}`)).json().code).toBe('memory.not_found');
    const other = await makeBoard(app, app.owner.orgId);
    expect((await call('DELETE', `/boards/${other}/memory/${note.id}`)).json().code).toBe('memory.not_found');
  });
});
