import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { beginTokenRotation, toTokenFile } from '#server/identity/index.ts';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';

let app: TestApp;
let place: AgentsOnGateway;
let id: string;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  place = await startAgentsOnGateway(app);
  ({ id } = await place.create());
  await place.settled(id);
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

const standing = () => /(mca_\S+)/.exec(place.filesOf(id).get('.mission-control/auth') ?? '')?.[1] ?? '';
const isGood = async (token: string) =>
  (await app.router.inject({ url: '/api/v1/agent/healthz', headers: { 'x-agent-token': token } })).statusCode === 200;
const rotate = () => place.call('POST', `/agents/${id}/token/rotate`);
const rotated = () =>
  expect.poll(async () => (await place.findJob(id, 'agent.rotate_token')).state, { timeout: 30_000 });
const tokens = async () =>
  (
    await app.platform.db
      .selectFrom('agent_tokens')
      .select(['state', 'slot'])
      .where('agent_id', '=', id)
      .orderBy('created_at')
      .execute()
  ).map(({ state, slot }) => `${state} ${slot}`);

it('puts a new token into the file; the old one works ten minutes more and stays masked meanwhile', async () => {
  const old = standing();
  await rotate();
  await rotated().toBe('succeeded');
  const next = standing();
  expect(next).not.toBe(old);
  expect([await isGood(old), await isGood(next)]).toEqual([true, true]);
  expect(await tokens()).toEqual(['retiring A', 'active B']);
  const masked = [...place.gateway.world.secrets.values()].map(({ value }) => value);
  expect(masked).toEqual(expect.arrayContaining([old, next]));
  const { items } = (await place.call('GET', '/activity?event_type=agent.token_rotated')).json();
  expect(JSON.stringify(items)).toContain(id);
});

it('at every fault on the way the token in the file is good, and there are never two that wait', async () => {
  const faults: [string, () => void][] = [
    ['secrets refused', () => place.gateway.failNext('secrets.store.set', { code: 'UNAVAILABLE', message: 'x' })],
    ['write refused', () => place.gateway.failNext('sessions.files.set', { code: 'UNAVAILABLE', message: 'x' })],
    ['read refused', () => place.gateway.failNext('sessions.files.get', { code: 'UNAVAILABLE', message: 'x' })],
    ['connection lost', () => place.gateway.dropConnections()],
  ];
  for (const [name, fault] of faults) {
    fault();
    await rotate();
    const isDone = async () => {
      expect([name, await isGood(standing())]).toEqual([name, true]);
      expect((await tokens()).filter((one) => one.startsWith('pending')).length).toBeLessThan(2);
      const { id: job, state } = await place.findJob(id, 'agent.rotate_token');
      await app.platform.db.updateTable('work_jobs').set({ next_retry_at: null }).where('id', '=', job).execute();
      await app.runWork(job);
      return state;
    };
    await expect.poll(isDone, { timeout: 60_000 }).toBe('succeeded');
    expect([name, await isGood(standing())]).toEqual([name, true]);
  }
}, 120_000);

it('a write that was done but not confirmed is taken as it stands: its token is the agent’s', async () => {
  const old = standing();
  // What a process leaves behind that dies between the write and its proof.
  const pending = await inTransaction(systemContext(app.platform, app.owner.orgId), (tx) => beginTokenRotation(tx, id));
  place.filesOf(id).set('.mission-control/auth', toTokenFile(pending.token));
  await place.call('PATCH', `/agents/${id}?force=true`, {});
  await place.settled(id);
  expect(standing()).toBe(pending.token);
  expect([await isGood(old), await isGood(pending.token)]).toEqual([true, true]);
  expect(await tokens()).toEqual(['retiring A', 'active B']);
});
