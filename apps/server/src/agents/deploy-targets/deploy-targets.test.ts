import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { SELF_SIGNED } from '../../../test/certificate.ts';
import { makeProcess } from '../../../test/make.ts';

let app: TestApp;
let clock = new Date('2026-03-03T12:00:00.000Z');
let cluster: Server;
let apiUrl: string;
const dir = mkdtempSync(join(tmpdir(), 'mc-command-'));

/** A Deployment as the API of a cluster shows it, and what it was asked. */
const workload = {
  metadata: { generation: 1 },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'agent', image: 'app:1' }] } } },
  status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, conditions: [] as object[] },
};
let asked: {
  method: string | undefined;
  url: string | undefined;
  token: string | undefined;
  type: string | undefined;
  body: string;
}[] = [];

beforeAll(async () => {
  app = await createTestApp({
    now: () => clock,
    env: { ALLOW_PRIVATE_TARGETS: 'true', ALLOW_COMMAND_TARGETS: 'true' },
  });
  app.platform.resolve = async (name) => (['gateway.test', 'localhost'].includes(name) ? ['127.0.0.1'] : []);
  cluster = createServer(SELF_SIGNED, async (incoming, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method, url, headers } = incoming;
    const [token, type] = [headers.authorization, headers['content-type']];
    asked.push({ method, url, token, type, body: Buffer.concat(chunks).toString() });
    if (method === 'PATCH') workload.metadata.generation++;
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(workload));
  });
  await new Promise<void>((resolve) => cluster.listen(0, '127.0.0.1', resolve));
  apiUrl = `https://gateway.test:${(cluster.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await app.close();
  cluster.close();
  rmSync(dir, { recursive: true });
});
beforeEach(() => {
  clock = new Date(clock.getTime() + 60_000);
  asked = [];
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
const api = (method: Method, path: string, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${path}`, headers: app.owner.headers, ...(payload ? { payload } : {}) });
const get = async (path: string) => (await api('GET', path)).json();
const until = <T>(look: () => Promise<T> | T) => vi.waitFor(look, { timeout: 15_000, interval: 50 });
const create = (body: object) => api('POST', '/deploy-targets', { name: `target ${newId()}`, ...body });

/** An agent whose only version came with a process, and a version of CI that is deployed to a target. */
async function deploy(targetId: string, target_ref = 'registry/app:2') {
  const { agentId } = await makeProcess(app, `agent-${newId()}`);
  clock = new Date(clock.getTime() + 1_000);
  const body = { manifest: { tools: [] }, deploy_target_id: targetId, target_ref };
  expect((await api('POST', `/agents/${agentId}/versions`, body)).statusCode).toBe(201);
  const [deployment] = (await get(`/agents/${agentId}/deployments`)).items;
  return { agentId, id: deployment.id };
}

const kubernetes = () => ({
  kind: 'kubernetes',
  config: { api_url: apiUrl, namespace: 'agents', deployment: 'refunds', container: 'agent', ca: SELF_SIGNED.cert },
  secret: 'canary-bearer',
});

/** Lets time pass until the cluster is asked again, at least until `at`. */
async function follow(agentId: string, at = clock): Promise<void> {
  const before = asked.length;
  await until(async () => {
    const job = await app.platform.db
      .selectFrom('work_jobs')
      .select(['id', 'next_retry_at'])
      .where('queue', '=', `deployment:${agentId}`)
      .where('state', '=', 'queued')
      .where('next_retry_at', 'is not', null)
      .executeTakeFirst();
    if (job) {
      clock = new Date(Math.max(at.getTime(), Date.parse(String(job.next_retry_at))));
      await app.runWork(job.id);
    }
    expect(asked.length).toBeGreaterThan(before);
  });
}

describe('a target', () => {
  it('is kept with its secret, which no answer shows but the one that made it', async () => {
    const made = await create({ kind: 'webhook', config: { url: 'https://ci.example.com/hook' } });
    expect([made.statusCode, made.json()]).toMatchObject([201, { kind: 'webhook', has_secret: true, version: 1 }]);
    const { id, secret, name } = made.json();
    expect(secret).toMatch(/^whsec_/);
    clock = new Date(clock.getTime() + 1_000);
    const given = await create({
      kind: 'webhook',
      config: { url: 'https://ci.example.com' },
      secret: 'whsec_Y2FuYXJ5',
    });
    expect(given.json().secret).toBeNull();
    const url = 'https://ci.example.com/other';
    const patched = await api('PATCH', `/deploy-targets/${id}`, { config: { url }, secret: 'canary-new', version: 1 });
    expect(patched.json()).toMatchObject({ id, config: { url }, version: 2 });
    expect((await api('PATCH', `/deploy-targets/${id}`, { name: 'x', version: 1 })).json().code).toBe(
      'resource.version_conflict',
    );
    const list = await api('GET', '/deploy-targets?limit=1');
    expect(list.json()).toMatchObject({ items: [{ id: given.json().id }], next_cursor: expect.any(String) });
    const rest = await api('GET', `/deploy-targets?cursor=${encodeURIComponent(list.json().next_cursor)}`);
    const shown = [patched, list, rest, await api('GET', `/deploy-targets/${id}`)].map(({ body }) => body).join();
    for (const word of ['canary-new', 'Y2FuYXJ5', secret]) expect(shown).not.toContain(word);
    const row = await app.platform.db
      .selectFrom('deploy_targets')
      .select('secret_enc')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(row.secret_enc?.toString('latin1')).not.toContain('canary');
    expect((await create({ kind: 'webhook', config: { url }, name })).json().code).toBe('deploy_target.name_taken');

    expect((await api('DELETE', `/deploy-targets/${id}`)).statusCode).toBe(204);
    expect((await api('GET', `/deploy-targets/${id}`)).json().code).toBe('deploy_target.not_found');
    const facts = await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(
      ['created', 'updated', 'deleted'].map((verb) => `deploy_target.${verb}`),
    );
  });

  it('is refused when it could not work or must not be called', async () => {
    const { id } = (await create(kubernetes())).json();
    const answers = await Promise.all([
      create({ kind: 'webhook', config: { url: 'https://169.254.169.254/latest' } }),
      create({ kind: 'webhook', config: { url: 'ftp://example.com' } }),
      create({ kind: 'webhook', config: { url: 'https://a@example.com' } }),
      create({ kind: 'kubernetes', config: kubernetes().config }),
      create({ kind: 'command', config: { argv: [] } }),
      api('PATCH', `/deploy-targets/${id}`, { config: { argv: ['/bin/true'] } }),
      api('PATCH', `/deploy-targets/${newId()}`, { name: 'x' }),
      api('POST', `/deploy-targets/${newId()}/test`),
    ]);
    expect(answers.map((answer) => `${answer.statusCode} ${answer.json().code}`)).toEqual([
      ...new Array(3).fill('422 target.forbidden'),
      ...new Array(3).fill('422 request.invalid'),
      ...new Array(2).fill('404 deploy_target.not_found'),
    ]);
    const { agentId } = await makeProcess(app, `agent-${newId()}`);
    await api('PATCH', `/agents/${agentId}`, { deploy_target_id: id });
    const unnamed = await api('POST', `/agents/${agentId}/versions`, { manifest: {} });
    expect(unnamed.json().code).toBe('version.target_ref_missing');
    expect((await api('PATCH', `/agents/${agentId}`, { deploy_target_id: newId() })).json().code).toBe(
      'deploy_target.not_found',
    );
  });
});

describe('a cluster', () => {
  it('gets the image of the container, and has taken it when it has rolled it out', async () => {
    const target = (await create(kubernetes())).json();
    const tested = await api('POST', `/deploy-targets/${target.id}/test`);
    expect(tested.json()).toEqual({ ok: true, message: 'agents/refunds is there, with its container agent.' });
    asked = [];
    const { agentId, id } = await deploy(target.id);
    await until(() => expect(asked).toHaveLength(1));
    expect(asked[0]).toMatchObject({
      method: 'PATCH',
      url: '/apis/apps/v1/namespaces/agents/deployments/refunds',
      token: 'Bearer canary-bearer',
      type: 'application/strategic-merge-patch+json',
    });
    const annotations = { 'mission-control/deployment': id };
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({
      metadata: { annotations },
      spec: {
        template: { metadata: { annotations }, spec: { containers: [{ name: 'agent', image: 'registry/app:2' }] } },
      },
    });
    await follow(agentId);
    workload.status = { ...workload.status, observedGeneration: workload.metadata.generation, updatedReplicas: 1 };
    await follow(agentId);
    expect((await get(`/deployments/${id}`)).accepted_at).toBeNull();
    workload.status.updatedReplicas = 2;
    await follow(agentId);
    await until(async () => expect((await get(`/deployments/${id}`)).accepted_at).not.toBeNull());
    expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  });

  it('that gives the rollout up, or is not done in ten minutes, has the pointer return', async () => {
    const target = (await create(kubernetes())).json();
    const first = await deploy(target.id);
    await until(() => expect(asked).toHaveLength(1));
    workload.status.observedGeneration = workload.metadata.generation;
    workload.status.conditions = [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }];
    await follow(first.agentId);
    await until(async () =>
      expect(await get(`/deployments/${first.id}`)).toMatchObject({
        ...{ status: 'reverted', error: { code: 'target.rollout_failed' } },
      }),
    );
    workload.status.conditions = [];
    workload.status.updatedReplicas = 0;
    const second = await deploy(target.id);
    await until(() => expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(2));
    workload.status.observedGeneration = workload.metadata.generation;
    await follow(second.agentId, new Date(clock.getTime() + 600_000));
    await until(async () =>
      expect(await get(`/deployments/${second.id}`)).toMatchObject({
        ...{ status: 'reverted', error: { code: 'target.rollout_late' } },
      }),
    );
    expect((await get(`/agents/${second.agentId}`)).active_version_number).toBe(1);
  });
});

describe('a program', () => {
  const script = (name: string, text: string) => {
    const path = join(dir, name);
    writeFileSync(path, `#!/bin/sh\n${text}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('gets the order on its input and nothing of our environment; its exit code decides', async () => {
    const out = join(dir, 'out');
    const swap = script('swap', `cat > ${out}; env > ${out}.env; test "$1" = --now`);
    const good = (await create({ kind: 'command', config: { argv: [swap, '--now'] } })).json();
    expect((await api('POST', `/deploy-targets/${good.id}/test`)).json()).toMatchObject({ ok: true });
    const { id } = await deploy(good.id);
    await until(async () => expect((await get(`/deployments/${id}`)).accepted_at).not.toBeNull());
    expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({
      deployment_id: id,
      to: { target_ref: 'registry/app:2' },
    });
    const environment = readFileSync(`${out}.env`, 'utf8');
    expect(environment).toContain(`IDEMPOTENCY_KEY=${id}`);
    expect(environment).not.toMatch(/DATABASE|MC_|HOME=/);

    const bad = (await create({ kind: 'command', config: { argv: [swap] } })).json();
    const failed = await deploy(bad.id);
    await until(async () =>
      expect((await get(`/deployments/${failed.id}`)).attempts).toMatchObject([
        { ok: false, message: 'The program ended with exit code 1.' },
        { ok: false },
      ]),
    );
    const none = (await create({ kind: 'command', config: { argv: [join(dir, 'none')] } })).json();
    expect((await api('POST', `/deploy-targets/${none.id}/test`)).json()).toMatchObject({ ok: false });
    const absent = await deploy(none.id);
    await until(async () => expect((await get(`/deployments/${absent.id}`)).status).toBe('reverted'));
  });
});

it('programs are run only where the operator of the server allows it', async () => {
  const strict = await createTestApp();
  const answer = await strict.router.inject({
    ...{ method: 'POST', url: '/api/v1/deploy-targets', headers: strict.owner.headers },
    payload: { name: 'x', kind: 'command', config: { argv: ['/bin/true'] } },
  });
  await strict.close();
  expect([answer.statusCode, answer.json().code]).toEqual([403, 'auth.forbidden']);
});
