import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeAgent, makeOrganization, makeProcess } from '../../../test/make.ts';
import { report } from '../../../test/report.ts';
import { toRetryMs } from './deployments.service.ts';
import { confirmDeployments } from './outcomes/outcomes.service.ts';

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}

let app: TestApp;
let clock = new Date('2026-03-01T12:00:00.000Z');
let target: Server;
let url: string;
let received: Received[] = [];
/** What the target answers. */
let status = 204;

beforeAll(async () => {
  app = await createTestApp({ now: () => clock, env: { ALLOW_PRIVATE_TARGETS: 'true' } });
  target = createServer(async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    received.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
    answer.writeHead(status).end('no');
  });
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  url = `http://localhost:${(target.address() as AddressInfo).port}/swap`;
});
afterAll(async () => {
  await app.close();
  target.close();
});
beforeEach(() => {
  clock = new Date(clock.getTime() + 60_000);
  received = [];
  status = 204;
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const api = (method: Method, path: string, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${path}`, headers: app.owner.headers, ...(payload ? { payload } : {}) });
const until = <T>(look: () => Promise<T> | T) => vi.waitFor(look, { timeout: 15_000, interval: 50 });
const tools = (...names: string[]) => ({ tools: names.map((name) => ({ name, side_effect: 'read' })) });

/** An agent whose second version is active; a process of each is alive. */
async function makeTwoVersions(slug = `agent-${newId()}`) {
  const one = await makeProcess(app, slug, tools('a'));
  clock = new Date(clock.getTime() + 1_000);
  const two = await makeProcess(app, slug, tools('a', 'b'));
  return { agentId: one.agentId, one, two };
}

/** As {@link makeTwoVersions}, with a target that puts its versions into effect. */
async function makeTargeted() {
  const made = await makeTwoVersions();
  const created = (
    await api('POST', '/deploy-targets', { name: `ci ${newId()}`, kind: 'webhook', config: { url } })
  ).json();
  const patched = await api('PATCH', `/agents/${made.agentId}`, { deploy_target_id: created.id });
  expect(patched.json().deploy_target_id).toBe(created.id);
  return { ...made, target: created };
}

function rollBack(agentId: string, body: object = {}) {
  clock = new Date(clock.getTime() + 1_000);
  return api('POST', `/agents/${agentId}/rollback`, { reason: 'It answers nonsense.', ...body });
}
const get = async (path: string) => (await api('GET', path)).json();
const getDeployment = (id: string) => get(`/deployments/${id}`);
const activeOf = async (agentId: string) => (await get(`/agents/${agentId}`)).active_version_number;
const jobsOf = (agentId: string) =>
  app.platform.db
    .selectFrom('work_jobs')
    .select(['id', 'state', 'attempts', 'next_retry_at'])
    .where('queue', '=', `deployment:${agentId}`)
    .orderBy('created_at')
    .execute();

/** Lets time pass until the next call of the target and makes it. */
async function callAgain(agentId: string): Promise<number> {
  const [job] = (await jobsOf(agentId)).slice(-1);
  if (!job?.next_retry_at) throw new Error('no call is due');
  const waitedMs = Date.parse(job.next_retry_at) - clock.getTime();
  clock = new Date(job.next_retry_at);
  const before = received.length;
  await until(async () => {
    await app.runWork(job.id);
    expect(received.length).toBeGreaterThan(before);
    expect((await jobsOf(agentId)).slice(-1)).not.toMatchObject([{ state: 'running' }]);
  });
  return waitedMs;
}

/** What a receiver does, written from the standard. */
function verify({ headers, body }: Received, secret: string) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  const content = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(content, 'utf8').digest('base64')}`);
  return JSON.parse(body);
}

/** The names that an object and the objects in it have. */
const toShape = (value: object): unknown =>
  Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => (inner && typeof inner === 'object' ? [name, toShape(inner)] : name));

describe('a rollback', () => {
  it('is one operation: pointer, processes, target, history; and is live when a process reports the version', async () => {
    const { agentId, one, two, target } = await makeTargeted();
    const answer = await rollBack(agentId, { if_active: two.versionId });
    expect(answer.statusCode).toBe(202);
    const deployment = answer.json();
    expect(deployment).toMatchObject({
      ...{ agent_id: agentId, kind: 'rollback', status: 'switching', reason: 'It answers nonsense.' },
      ...{ from: { id: two.versionId, number: 2 }, to: { id: one.versionId, number: 1 } },
      ...{ target: { id: target.id, name: target.name }, actor: { kind: 'user', id: app.owner.userId } },
    });
    expect(await activeOf(agentId)).toBe(1);
    const commands = await app.platform.db
      .selectFrom('commands')
      .select(['producer_id', 'body'])
      .where('type', '=', 'version.activate')
      .where('producer_id', 'in', [one.producer, two.producer])
      .orderBy('seq', 'desc')
      .limit(2)
      .execute();
    expect(commands.map(({ producer_id }) => producer_id).sort()).toEqual([one.producer, two.producer].sort());
    for (const { body } of commands) expect(body).toMatchObject({ agent_id: agentId, version_id: one.versionId });

    await until(() => expect(received).toHaveLength(1));
    const [call] = received;
    if (!call) throw new Error('the target was called');
    expect(call.headers['idempotency-key']).toBe(deployment.id);
    expect(verify(call, target.secret)).toEqual({
      deployment_id: deployment.id,
      agent: { id: agentId, slug: deployment.agent_slug },
      from: { number: 2, target_ref: null },
      to: { number: 1, target_ref: null, git_sha: null },
      kind: 'rollback',
      reason: 'It answers nonsense.',
      requested_at: deployment.created_at,
    });
    const guide = readFileSync(new URL('../../../../../docs/versions.md', import.meta.url), 'utf8');
    const example = JSON.parse(/```json\n([^`]+)```/.exec(guide)?.[1] ?? '');
    expect(toShape(example)).toEqual(toShape(JSON.parse(call.body)));
    await until(async () => expect((await getDeployment(deployment.id)).accepted_at).not.toBeNull());

    await confirmDeployments(app.platform);
    expect(await getDeployment(deployment.id)).toMatchObject({
      ...{ status: 'switching', attempts: [{ ok: true }], processes: { on_version: 1, elsewhere: 1 } },
    });
    clock = new Date(clock.getTime() + 5_000);
    await report(app, one, []);
    await until(async () => {
      await confirmDeployments(app.platform);
      expect((await getDeployment(deployment.id)).status).toBe('live');
    });
    const facts = await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', deployment.id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['deployment.started', 'deployment.confirmed']);
    await until(async () => {
      const { items } = await get('/audit?action=deployment.started'); // sealed behind the commit
      expect(items[0]).toMatchObject({ details: { from: 2, to: 1, kind: 'rollback', reason: 'It answers nonsense.' } });
    });
  });

  it('reaches a connected process at once, and one that was away when it comes', async () => {
    const { agentId, one, two } = await makeTwoVersions();
    const poll = async (process: EnrolledProcess, wait_s: number) => {
      const url = '/api/v1/commands/poll';
      const answer = await app.router.inject({ method: 'POST', url, headers: process.headers, payload: { wait_s } });
      const commands: { type: string; body: object }[] = answer.json().commands;
      return commands.filter(({ type }) => type === 'version.activate').at(-1)?.body;
    };
    const away = await poll(one, 0);
    expect(away).toMatchObject({ number: 2 });
    const told = until(async () => expect(await poll(two, 5)).toMatchObject({ version_id: one.versionId, number: 1 }));
    await rollBack(agentId);
    await told;
    expect(await poll(one, 0)).toMatchObject({ agent_id: agentId, version_id: one.versionId });
  });

  it('without a target moves the pointer only, and says so when the first process reports', async () => {
    const { agentId, one } = await makeTwoVersions();
    const { id } = (await rollBack(agentId)).json();
    await confirmDeployments(app.platform);
    expect(await getDeployment(id)).toMatchObject({ status: 'switching', target: null });
    clock = new Date(clock.getTime() + 5_000);
    await report(app, one, []);
    await until(async () => {
      await confirmDeployments(app.platform);
      expect(await getDeployment(id)).toMatchObject({ status: 'pointer_only', processes: { on_version: 1 } });
    });
    const versions = (await get(`/agents/${agentId}/versions`)).items;
    expect(versions.map(({ state }: { state: string }) => state)).toEqual(['superseded', 'active']);
  });

  it('goes to the version that was active before, not to the one that was rolled back from', async () => {
    const { agentId } = await makeTwoVersions();
    clock = new Date(clock.getTime() + 1_000);
    await makeProcess(app, (await get(`/agents/${agentId}`)).slug, tools('a', 'b', 'c'));
    const moves = [];
    for (let n = 0; n < 2; n++) moves.push((await rollBack(agentId)).json());
    expect(moves.map(({ from, to }) => [from.number, to.number])).toEqual([
      [3, 2],
      [2, 1],
    ]);
    expect((await rollBack(agentId)).json().code).toBe('version.no_previous');
    const forward = await rollBack(agentId, { to: moves[0].from.id });
    expect([forward.statusCode, await activeOf(agentId)]).toEqual([202, 3]);
    const { items } = await get(`/agents/${agentId}/deployments`);
    expect(items.map(({ kind, status }: Record<string, string>) => `${kind} ${status}`)).toEqual([
      ...['rollback switching', 'rollback superseded', 'rollback superseded'],
      ...['activate live', 'activate live', 'activate live'],
    ]);
  });

  it('is refused where it cannot be', async () => {
    const { agentId, one, two } = await makeTwoVersions();
    const foreign = await makeAgent(app, await makeOrganization(app));
    const codes = async (answers: ReturnType<typeof api>[]) =>
      (await Promise.all(answers)).map((answer) => `${answer.statusCode} ${answer.json().code}`);
    const activate = (id: string, version: string, body: object = {}) =>
      api('POST', `/agents/${id}/versions/${version}/activate`, { reason: 'Because.', ...body });
    expect(
      await codes([
        rollBack(agentId, { if_active: one.versionId }),
        rollBack(agentId, { to: newId() }),
        rollBack(agentId, { reason: ' ' }),
        rollBack(agentId, { reason: 'a\u0000b' }),
        rollBack(foreign),
        activate(agentId, two.versionId),
        activate(agentId, newId()),
        activate(foreign, one.versionId),
        api('GET', `/deployments/${newId()}`),
      ]),
    ).toEqual([
      ...[
        '409 agent.version_changed',
        '404 version.not_found',
        '422 request.invalid',
        '422 request.invalid',
        '404 agent.not_found',
      ],
      ...['409 version.active', '404 version.not_found', '404 agent.not_found', '404 deployment.not_found'],
    ]);
    await api('POST', `/agents/${agentId}/retire`, { reason: 'Old.' });
    expect(await codes([rollBack(agentId)])).toEqual(['409 agent.state']);
    expect(await activeOf(agentId)).toBe(2);
    expect((await api('DELETE', `/agents/${agentId}`)).statusCode).toBe(200);
    expect((await get(`/deployments?agent_id=${agentId}`)).items).toEqual([]);
  });
});

describe('a target', () => {
  it('that fails is called again with the same key, less and less often, until the version before is active again', async () => {
    const { agentId, target } = await makeTargeted();
    status = 503;
    const { id } = (await rollBack(agentId)).json();
    await until(async () => expect(await jobsOf(agentId)).toMatchObject([{ state: 'queued', attempts: 2 }]));
    const waits = [];
    // The first wait is a second, which the outbox allows clocks to differ by: it has passed already.
    while (waits.length < 6) waits.push((await callAgain(agentId)) / 1000);
    expect([toRetryMs(1) / 1000, ...waits]).toEqual([1, 5, 25, 120, 3600, 3600, 3600]);
    expect(new Set(received.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([id]));
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    for (const call of received) verify(call, target.secret);
    const deployment = await getDeployment(id);
    expect(deployment).toMatchObject({ status: 'reverted', error: { code: 'target.refused' } });
    expect(deployment.attempts).toHaveLength(8);
    expect(JSON.stringify(deployment)).not.toContain('no"');
    expect(await activeOf(agentId)).toBe(2);
    const facts = await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['deployment.started', 'deployment.failed', 'deployment.reverted']);
  });

  it('that says no is not asked again; one that says later is', async () => {
    const first = await makeTargeted();
    status = 422;
    const refused = (await rollBack(first.agentId)).json();
    await until(async () => expect((await getDeployment(refused.id)).status).toBe('reverted'));
    expect(received).toHaveLength(1);
    expect(await activeOf(first.agentId)).toBe(2);
    const second = await makeTargeted();
    status = 429;
    const { id } = (await rollBack(second.agentId)).json();
    await until(async () => expect(await jobsOf(second.agentId)).toMatchObject([{ state: 'queued', attempts: 2 }]));
    status = 200;
    await callAgain(second.agentId);
    expect(await getDeployment(id)).toMatchObject({
      status: 'switching',
      attempts: [{ ok: false }, { ok: false }, { ok: true }],
    });
  });

  it('is not called for a deployment that another one has replaced', async () => {
    const { agentId, two } = await makeTargeted();
    status = 503;
    const first = (await rollBack(agentId)).json();
    await until(async () => expect(await jobsOf(agentId)).toMatchObject([{ state: 'queued', attempts: 2 }]));
    status = 204;
    const second = (await rollBack(agentId, { to: two.versionId })).json();
    await until(async () => expect((await getDeployment(second.id)).accepted_at).not.toBeNull());
    expect(received.map(({ headers }) => headers['idempotency-key'])).toEqual([first.id, first.id, second.id]);
    expect((await getDeployment(first.id)).status).toBe('superseded');
    expect((await jobsOf(agentId)).map(({ state }) => state)).toEqual(['succeeded']);
    expect((await api('DELETE', `/deploy-targets/${second.target.id}`)).json().code).toBe('deploy_target.in_use');
  });
});

it('a version added from CI goes through its own target before its agent’s', async () => {
  const { agentId } = await makeTargeted();
  const own = (
    await api('POST', '/deploy-targets', { name: `own ${newId()}`, kind: 'webhook', config: { url } })
  ).json();
  const body = { manifest: tools('ci'), target_ref: 'registry/app:3', git_sha: 'abc', deploy_target_id: own.id };
  const created = await api('POST', `/agents/${agentId}/versions`, body);
  expect([created.statusCode, created.json()]).toMatchObject([201, { target_ref: 'registry/app:3', number: 3 }]);
  expect((await api('POST', `/agents/${agentId}/versions`, body)).statusCode).toBe(200);
  await until(() => expect(received).toHaveLength(1));
  expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({
    ...{ kind: 'activate', from: { number: 2 }, to: { number: 3, target_ref: 'registry/app:3', git_sha: 'abc' } },
  });
  const unknown = await api('POST', `/agents/${agentId}/versions`, { ...body, deploy_target_id: newId() });
  expect(unknown.json().code).toBe('deploy_target.not_found');
});
