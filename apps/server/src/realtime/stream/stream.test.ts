import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { defineEvent, publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeAgent, makeBoard, makeMember, makeOrganization, makeProcess, makeServiceKey } from '../../../test/make.ts';
import { openStream, type SseMessage } from '../../../test/sse.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  await app.router.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => app.close());

const rename = (id: string, name: string) =>
  app.router.inject({ method: 'PATCH', url: `/api/v1/agents/${id}`, headers: app.owner.headers, payload: { name } });
const nameOf = ({ data }: SseMessage) => (data.agent as { name?: string } | undefined)?.name;
const namesOf = (messages: SseMessage[]) => messages.map(nameOf);

it('brings a change to who listens to its topic, with an id and the row', async () => {
  const { agentId } = await makeProcess(app, 'watched');
  const stream = await openStream(app, '/stream?topics=agents');
  const other = await openStream(app, '/stream?topics=violations');
  await rename(agentId, 'Renamed');
  const message = await stream.find((one) => nameOf(one) === 'Renamed');
  expect(message).toMatchObject({
    event: 'agent',
    id: expect.any(String),
    data: { type: 'agent.updated', agent: { id: agentId, name: 'Renamed' } },
  });
  expect(other.messages).toEqual([]);
  stream.close();
  other.close();
});

it('resumes after the last id with nothing lost and nothing doubled', async () => {
  const agents = await Promise.all(
    Array.from({ length: 6 }, async (_, i) => (await makeProcess(app, `resumed-${i}`)).agentId),
  );
  const stream = await openStream(app, '/stream?topics=agents');
  await rename(agents[0] as string, 'one');
  const last = String((await stream.find((message) => nameOf(message) === 'one')).id);
  stream.close();
  for (const [i, id] of agents.entries()) if (i > 0) await rename(id, `missed ${i}`);
  const again = await openStream(app, '/stream?topics=agents', { 'last-event-id': last });
  await rename(agents[0] as string, 'live');
  await again.waitFor(6);
  expect(namesOf(again.messages)).toEqual(['missed 1', 'missed 2', 'missed 3', 'missed 4', 'missed 5', 'live']);
  again.close();
});

it('never skips a change whose transaction commits late', async () => {
  const noted = defineEvent({
    type: 'agent.updated',
    subject: 'agent',
    schema: z.object({ agent: z.object({ name: z.string(), kind: z.string() }) }),
  });
  const ctx = systemContext(app.platform, app.owner.orgId);
  const stream = await openStream(app, '/stream?topics=agents');
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  let opened: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const late = inTransaction(ctx, async (tx) => {
    await publish(tx, noted, {
      subjectId: newId(),
      data: { agent: { name: 'early id, late commit', kind: 'external' } },
    });
    // What publish sent is there when this is answered: the transaction has its place.
    await sql`select pg_current_xact_id()`.execute(tx.db);
    opened();
    await gate;
  });
  await isOpen;
  await inTransaction(ctx, (tx) =>
    publish(tx, noted, { subjectId: newId(), data: { agent: { name: 'late id, early commit', kind: 'external' } } }),
  );
  release();
  await late;
  await stream.find((message) => nameOf(message) === 'late id, early commit');
  const ours = namesOf(stream.messages).filter((name) => name?.endsWith('commit')); // other agents may change meanwhile
  expect(ours).toEqual(['early id, late commit', 'late id, early commit']);
  stream.close();
});

it('tells a client whose id it does not know to read anew', async () => {
  const stream = await openStream(app, '/stream?topics=agents', { 'last-event-id': 'zz-zz' });
  const [message] = await stream.waitFor(1);
  expect(message).toMatchObject({ event: 'reset', data: { reason: 'cursor_expired' } });
  stream.close();
});

it('keeps organizations apart', async () => {
  const orgId = await makeOrganization(app);
  const foreign = await makeAgent(app, orgId);
  const stream = await openStream(app, '/stream?topics=agents');
  const event = defineEvent({
    type: 'agent.updated',
    subject: 'agent',
    schema: z.object({ agent: z.object({ name: z.string(), kind: z.string() }) }),
  });
  await inTransaction(systemContext(app.platform, orgId), (tx) =>
    publish(tx, event, { subjectId: foreign, data: { agent: { name: 'theirs', kind: 'external' } } }),
  );
  await rename((await makeProcess(app, 'ours')).agentId, 'ours');
  await stream.find((message) => nameOf(message) === 'ours');
  expect(namesOf(stream.messages)).not.toContain('theirs');
  expect(namesOf(stream.messages)).toContain('ours');
  stream.close();
});

it('refuses topics it does not have and callers without a credential', async () => {
  const get = (url: string, headers = {}) => app.router.inject({ url: `/api/v1${url}`, headers });
  expect((await get('/stream?topics=secrets', app.owner.headers)).json().code).toBe('request.invalid');
  expect((await get('/stream?topics=runs')).statusCode).toBe(401);
});

it('ends when the key that opened it is revoked', async () => {
  const created = await app.router.inject({
    method: 'POST',
    url: '/api/v1/service-keys',
    headers: app.owner.headers,
    payload: { name: 'reader', scopes: ['read'] },
  });
  const stream = await openStream(app, '/stream?topics=runs', { authorization: `Bearer ${created.json().key}` });
  await app.router.inject({
    method: 'DELETE',
    url: `/api/v1/service-keys/${created.json().id}`,
    headers: app.owner.headers,
  });
  await stream.ended;
  expect(stream.messages).toMatchObject([{ event: 'revoked' }]);
});

const call = async (method: 'POST' | 'PATCH', url: string, payload: object) =>
  (await app.router.inject({ method, url: `/api/v1${url}`, headers: app.owner.headers, payload })).json();
const activityOf = ({ data }: SseMessage) =>
  data.activity as { event_type: string; actor: { name: string } } | undefined;

it('215: gives only the chosen topics and only readable boards, with the board and who acted', async () => {
  const [open, closed] = [await makeBoard(app, app.owner.orgId), await makeBoard(app, app.owner.orgId)];
  const member = await makeMember(app, app.owner.orgId, { boards: { [open]: 'read' } });
  const stream = await openStream(app, '/stream?topics=memory,activity', member.headers);
  await app.platform.db.updateTable('users').set({ name: 'Olga Owner' }).where('id', '=', app.owner.userId).execute();
  await call('POST', `/boards/${closed}/memory`, { content: 'closed' });
  await call('POST', `/boards/${open}/tasks`, { title: 'no topic of it' });
  await call('POST', `/boards/${open}/memory`, { content: 'open' });
  await stream.find((message) => activityOf(message)?.event_type === 'memory.created');
  expect(
    stream.messages.map((message) => [message.event, activityOf(message)?.event_type, message.data.board_id]),
  ).toEqual([
    ['activity', 'task.created', open],
    ['memory', undefined, open],
    ['activity', 'memory.created', open],
  ]);
  expect(stream.messages[1]?.data).toMatchObject({ type: 'memory.created', memory: { content: 'open' } });
  expect(stream.messages[2]?.data).toMatchObject({
    activity: {
      board_id: open,
      route_name: 'board',
      actor: { kind: 'user', id: app.owner.userId, name: 'Olga Owner' },
    },
  });
  stream.close();
});

it('resumes between two messages of one fact', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const path = `/stream?topics=memory,activity&board_id=${board}`;
  const stream = await openStream(app, path);
  await call('POST', `/boards/${board}/memory`, { content: 'one' });
  await call('POST', `/boards/${board}/memory`, { content: 'two' });
  await stream.waitFor(4);
  const ids = stream.messages.map(({ id }) => String(id));
  expect(new Set(ids).size).toBe(4);
  for (const [i, id] of ids.entries()) {
    const again = await openStream(app, path, { 'last-event-id': id });
    await again.waitFor(3 - i);
    expect(again.messages.map((message) => message.id)).toEqual(ids.slice(i + 1));
    again.close();
  }
  stream.close();
});

it('keeps fleet topics for admins and keys, and work topics for members', async () => {
  const member = await makeMember(app, app.owner.orgId, { all_boards_read: true });
  const key = await makeServiceKey(app, { scopes: ['read'] });
  const statusOf = async (topics: string, headers: Record<string, string>) => {
    const refused = await app.router.inject({ url: `/api/v1/stream?topics=${topics},secret`, headers });
    if (refused.statusCode !== 422) return refused.statusCode; // not even allowed to ask
    const stream = await openStream(app, `/stream?topics=${topics}`, headers).catch((error: Error) => error);
    if (stream instanceof Error) return Number(/refused: (\d+)/.exec(stream.message)?.[1]);
    stream.close();
    return 200;
  };
  const asKey = { authorization: `Bearer ${key}` };
  expect(await statusOf('tasks,agents,activity', member.headers)).toBe(200);
  for (const topic of ['runs', 'health', 'violations'])
    expect(await statusOf(`tasks,${topic}`, member.headers)).toBe(403);
  expect(await statusOf('agents,runs', asKey)).toBe(200);
  expect(await statusOf('tasks', asKey)).toBe(403);
});

it('215: carries 500 open streams, each with every change once', async () => {
  const board = await makeBoard(app, app.owner.orgId);
  const members = await Promise.all(
    Array.from({ length: 20 }, () => makeMember(app, app.owner.orgId, { boards: { [board]: 'read' } })),
  );
  const streams = await Promise.all(
    Array.from({ length: 500 }, (_, i) => openStream(app, '/stream?topics=memory', members[i % 20]?.headers)),
  );
  for (const content of ['one', 'two', 'three']) await call('POST', `/boards/${board}/memory`, { content });
  await Promise.all(streams.map((stream) => stream.waitFor(3)));
  const expected = streams[0]?.messages.map(({ id }) => id);
  for (const stream of streams) {
    expect(stream.messages.map(({ id }) => id)).toEqual(expected);
    stream.close();
  }
});

it('214: a ping comment comes every 15 s', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const stream = await openStream(app, '/stream?topics=tasks');
  await vi.advanceTimersByTimeAsync(45_000);
  vi.useRealTimers();
  await stream.waitForOthers(4);
  expect(stream.others).toEqual(['retry: 1000', ': ping', ': ping', ': ping']);
  stream.close();
});
