import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { beginTokenRotation, confirmTokenRotation } from '#server/identity/index.ts';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeProcess,
} from '../../../test/make.ts';

let app: TestApp;
let orgId: string;
let boardId: string;
let worker: MadeAgent;
let clock = new Date();
beforeAll(async () => {
  app = await createTestApp({ now: () => clock });
  orgId = app.owner.orgId;
});
beforeEach(async () => {
  const { gatewayId } = await makeGateway(app, orgId);
  boardId = await makeBoard(app, orgId, { gatewayId });
  worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
});
afterAll(() => app.close());

const post = (url: string, headers: Record<string, string> = app.owner.headers) =>
  app.router.inject({ method: 'POST', url: `/api/v1${url}`, headers });
const isGood = async (token: string) =>
  (await app.router.inject({ url: '/api/v1/agent/healthz', headers: { 'x-agent-token': token } })).statusCode === 200;
const tx = <T>(work: Parameters<typeof inTransaction<T>>[1]) => inTransaction(systemContext(app.platform, orgId), work);
const db = () => app.platform.db;
const listTokens = async () =>
  (
    await db()
      .selectFrom('agent_tokens')
      .select(['state', 'slot'])
      .where('agent_id', '=', worker.agentId)
      .orderBy('created_at')
      .execute()
  ).map(({ state, slot }) => `${state} ${slot}`);
const begin = () => tx(async (db) => (await beginTokenRotation(db, worker.agentId)).token);
const confirm = () => tx((db) => confirmTokenRotation(db, worker.agentId));

describe('two-phase rotation', () => {
  it('keeps the old token good until the new one is confirmed, then ten minutes more', async () => {
    const old = worker.headers['x-agent-token'];
    const next = await begin();
    expect([await isGood(old), await isGood(next)]).toEqual([true, true]);
    expect(await listTokens()).toEqual(['active A', 'pending B']);
    await confirm();
    expect(await listTokens()).toEqual(['retiring A', 'active B']);
    clock = new Date(clock.getTime() + 599_000);
    expect([await isGood(old), await isGood(next)]).toEqual([true, true]);
    clock = new Date(clock.getTime() + 2_000);
    expect([await isGood(old), await isGood(next)]).toEqual([false, true]);
    const third = await begin();
    expect(await listTokens()).toEqual(['active B', 'pending A']);
    expect(await isGood(third)).toBe(true);
  });

  it('replaces the pending token of an earlier try: there are never two', async () => {
    const lost = await begin();
    const next = await begin();
    expect([await isGood(lost), await isGood(next)]).toEqual([false, true]);
    expect(await listTokens()).toEqual(['active A', 'pending B']);
  });

  it('confirms nothing when nothing is pending', async () => {
    await confirm();
    expect(await listTokens()).toEqual(['active A']);
  });
});

describe('a rotation that is asked for', () => {
  const findJobs = async () =>
    (
      await db()
        .selectFrom('work_jobs')
        .selectAll()
        .where('kind', '=', 'agent.rotate_token')
        .where('org_id', '=', orgId)
        .orderBy('id')
        .execute()
    ).filter(({ subject }) => (subject as { id: string }).id === worker.agentId);

  it('waits for the gateway, once, and no answer shows a token', async () => {
    const answer = await post(`/agents/${worker.agentId}/token/rotate`);
    await post(`/agents/${worker.agentId}/token/rotate`);
    expect([answer.statusCode, answer.json().id]).toEqual([200, worker.agentId]);
    expect(answer.body).not.toMatch(/mca_/);
    expect(await findJobs()).toMatchObject([{ state: 'queued', waits_for: expect.stringContaining('gateway:') }]);
    expect(await isGood(worker.headers['x-agent-token'])).toBe(true);
  });

  it('a failing gateway locks nobody out, however often it is tried', async () => {
    await post(`/agents/${worker.agentId}/token/rotate`);
    await db().updateTable('work_jobs').set({ waits_for: null }).where('kind', '=', 'agent.rotate_token').execute();
    const [job] = await findJobs();
    for (let i = 0; i < 2; i++) {
      await app.runWork(String(job?.id));
      clock = new Date(clock.getTime() + 900_000);
    }
    expect(await findJobs()).toMatchObject([{ error: { code: 'gateway.unreachable' } }]);
    expect((await listTokens()).filter((one) => one.startsWith('pending'))).toEqual([]);
    expect(await isGood(worker.headers['x-agent-token'])).toBe(true);
  });

  it('needs a gateway, an admin and write access', async () => {
    const { agentId } = await makeProcess(app, `p-${newId()}`);
    expect((await post(`/agents/${agentId}/token/rotate`)).json().code).toBe('agent.session_missing');
    expect((await post(`/agents/${agentId}/wake`)).json().code).toBe('agent.session_missing');
    expect((await post(`/agents/${newId()}/token/rotate`)).json().code).toBe('agent.not_found');
    const reader = await makeMember(app, orgId, { role: 'admin', all_boards_read: true });
    for (const action of ['token/rotate', 'wake', 'retry'])
      expect((await post(`/agents/${worker.agentId}/${action}`, reader.headers)).json().code).toBe(
        'board.access_denied',
      );
  });
});
