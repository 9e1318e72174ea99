import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStream } from '../../apps/server/test/sse.ts';
import { listOperations } from './operations.ts';
import { makeConfiguration, type Planted, plantSecrets } from './plant.ts';
import { buildRequest, type Request } from './request.ts';
import { send } from './send.ts';
import { createWorld, type World } from './world/world.ts';

let world: World;
let planted: Planted[];
let log = '';
let began: string;
beforeAll(async () => {
  const env = makeConfiguration();
  const logTo = { write: (line: string) => (log += line) };
  world = await createWorld({ env: { ...env, LOG_LEVEL: 'trace', REQUEST_LOG_SLOW_MS: '0' }, logTo });
  began = new Date().toISOString();
  planted = await plantSecrets(world, env);
});
afterAll(() => world.close());

/** The planted secrets that stand in a text, as such or in hex. */
const listHits = (place: string, text: string, secrets = planted.filter(({ onlyLog }) => !onlyLog)): string[] =>
  secrets
    .filter(({ secret }) => text.includes(secret) || text.includes(Buffer.from(secret).toString('hex')))
    .map(({ name }) => `${place}: ${name}`);

it('plants at least twenty different secrets', () => {
  const secrets = new Set(planted.map(({ secret }) => secret));
  expect(secrets.size).toBe(planted.length);
  expect(planted.length).toBeGreaterThanOrEqual(20);
  expect(planted.filter(({ secret }) => secret.length < 20)).toEqual([]);
});

it('235: no read shows a secret to anybody', async () => {
  const { operations, ...api } = listOperations(world.app);
  const hits: string[] = [];
  let seen = '';
  for (const operation of operations.filter(({ method, isStream }) => method === 'GET' && !isStream)) {
    const request = buildRequest({ operations, ...api }, operation, { ids: world.home.ids, named: {} });
    for (const { name, headers } of world.callers) {
      const { text } = await send(world.app, request, headers);
      hits.push(...listHits(`${operation.name} as ${name}`, text));
      if (operation.name === 'GET /api/v1/users/me') seen += text;
    }
  }
  expect(hits).toEqual([]);
  // What may be shown is found, so what may not would be.
  expect(listHits('profile', seen, planted)).toEqual(['profile: notes of a profile']);
});

it('235: no change shows the secrets of what it changes', async () => {
  const { app, home } = world;
  const board = `/api/v1/boards/${home.ids.board_id}`;
  const webhook = JSON.parse((await send(app, { method: 'GET', url: `${board}/webhooks` }, app.owner.headers)).text)
    .items[0];
  const outbound = JSON.parse(
    (await send(app, { method: 'GET', url: '/api/v1/outbound-webhooks' }, app.owner.headers)).text,
  ).items[0];
  const changes: Request[] = [
    { method: 'PATCH', url: `/api/v1/gateways/${home.ids.gateway_id}`, body: { name: 'Renamed' } },
    { method: 'PATCH', url: `${board}/webhooks/${webhook.id}`, body: { description: 'Renamed' } },
    { method: 'PATCH', url: `/api/v1/outbound-webhooks/${outbound.id}`, body: { name: 'Renamed' } },
    { method: 'PATCH', url: `/api/v1/agents/${home.ids.agent_id}`, body: { name: 'Renamed' } },
    { method: 'POST', url: '/api/v1/agent/heartbeat' },
    { method: 'DELETE', url: `/api/v1/agents/${home.ids.agent_id}` },
  ];
  for (const change of changes) {
    const headers = change.url.endsWith('heartbeat') ? agentHeaders() : app.owner.headers;
    const { status, text } = await send(app, change, headers);
    expect([change.url, status, listHits(change.url, text)]).toEqual([change.url, 200, []]);
  }
});

const agentHeaders = () => world.callers.find(({ name }) => name === 'agent of the board')?.headers ?? {};

it('235: no stream carries a secret', async () => {
  const { app, home } = world;
  await app.router.listen({ port: 0, host: '127.0.0.1' });
  const topics = 'tasks,comments,approvals,memory,group_memory,agents,activity,jobs,health,runs,violations';
  const stream = await openStream(app, `/stream?topics=${topics}&since=${began}`);
  const url = `/api/v1/boards/${home.ids.board_id}/tasks`;
  await send(app, { method: 'POST', url, body: { title: 'The last task' } }, app.owner.headers);
  await stream.find(({ data }) => JSON.stringify(data).includes('The last task'));
  stream.close();
  expect(stream.messages.length).toBeGreaterThan(1);
  expect(listHits('stream', JSON.stringify(stream.messages))).toEqual([]);
});

it('235: the archive of an organization holds no secret', async () => {
  const { app } = world;
  const begun = await send(app, { method: 'GET', url: '/api/v1/organizations/me/export' }, app.owner.headers);
  const { job_id } = JSON.parse(begun.text);
  const read = () => send(app, { method: 'GET', url: `/api/v1/organizations/me/exports/${job_id}` }, app.owner.headers);
  // The server's own worker may have it already.
  await app.runWork(job_id);
  await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe(200);
  const archive = await read();
  expect([archive.status, archive.text.includes('mark-home')]).toEqual([200, true]);
  expect(listHits('archive', archive.text)).toEqual([]);
});

it('235, 176: no table holds a secret in clear: events, history, audit, jobs, stored answers', async () => {
  const { db } = world.app.platform;
  const hits: string[] = [];
  for (const { name, schema } of await db.introspection.getTables()) {
    const rows = await db
      .withSchema(schema ?? 'public')
      .selectFrom(name as 'tags') // whichever table it is
      .selectAll()
      .execute();
    hits.push(...listHits(name, rows.map(toText).join('\n')));
  }
  expect(hits).toEqual([]);
});

/** A row with its bytes as text, as they might be read. */
const toText = (row: object): string =>
  JSON.stringify(
    Object.values(row).map((value) =>
      Buffer.isBuffer(value) ? `${value.toString('latin1')} ${value.toString('base64')}` : value,
    ),
  );

it('235: the log holds no secret and nothing that people say of themselves', () => {
  expect(log.includes('/api/v1/gateways/status')).toBe(true);
  expect(listHits('log', log, planted)).toEqual([]);
});
