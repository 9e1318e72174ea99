import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../test/gateway/scripted-gateway.ts';
import { makeBoard, makeReachableGateway } from '../../../test/make.ts';

let app: TestApp;
let orgId: string;
let gateway: ScriptedGateway;
let gatewayId: string;
let boardId: string;
beforeAll(async () => {
  app = await createTestApp();
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  gateway = await startScriptedGateway();
  ({ gatewayId } = await makeReachableGateway(app, orgId, gateway));
  boardId = await makeBoard(app, orgId, { gatewayId, name: 'Launch' });
});
afterEach(() => gateway.close());
afterAll(() => app.close());

const db = () => app.platform.db;
const call = (method: 'POST' | 'PATCH' | 'GET', url: string, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers: app.owner.headers, ...(payload ? { payload } : {}) });
const create = async (more: object = {}) =>
  (await call('POST', '/agents', { board_id: boardId, name: 'Ada', ...more })).json();
const findJob = async (agentId: string) =>
  db()
    .selectFrom('work_jobs')
    .selectAll()
    .where('kind', '=', 'agent.reconcile')
    .where('subject', '=', JSON.stringify({ kind: 'agent', id: agentId }))
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow();
/** Runs the newest pass of an agent, wherever the worker is. */
const settled = async (agentId: string) => {
  await expect
    .poll(
      async () => {
        const job = await findJob(agentId);
        await app.runWork(job.id);
        return (await findJob(agentId)).state;
      },
      { timeout: 20_000 },
    )
    .not.toBe('running');
  return (await call('GET', `/agents/${agentId}`)).json();
};
const filesOf = (agentId: string) =>
  [...gateway.world.workspaces.entries()].find(([path]) => path.includes(agentId))?.[1];
const callsOf = (method: string) => gateway.calls.filter((one) => one.method === method);

describe('a new agent', () => {
  it('165: is created on its gateway, gets its name, files and credential, and is woken', async () => {
    const agent = await create();
    expect(agent.status).toBe('provisioning');
    const ready = await settled(agent.id);
    expect(ready).toMatchObject({ status: 'online', last_error: null, has_token: true });
    const name = `mc-${agent.id}`;
    expect(gateway.world.agents.get(name)).toMatchObject({ name: 'Ada' });
    const files = filesOf(agent.id);
    expect(files?.get('AGENTS.md')).toContain('You are Ada');
    const token = /^X-Agent-Token: (mca_\S+)\n$/.exec(files?.get('.mission-control/auth') ?? '')?.[1];
    const answer = await app.router.inject({
      url: '/api/v1/agent/healthz',
      headers: { 'x-agent-token': String(token) },
    });
    expect(answer.json()).toMatchObject({ agent_id: agent.id });
    expect((await findJob(agent.id)).steps).toMatchObject([
      { kind: 'entry', state: 'done' },
      { kind: 'fields', state: 'done' },
      { kind: 'files', state: 'done' },
      { kind: 'session', state: 'done' },
      { kind: 'credential', state: 'done' },
      { kind: 'policy', state: 'skipped' },
      { kind: 'reset', state: 'skipped' },
      { kind: 'wake', state: 'done' },
    ]);
    await expect.poll(() => callsOf('chat.send').length).toBe(1);
  });
});
