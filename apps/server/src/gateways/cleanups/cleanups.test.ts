import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type ScriptedGateway, startScriptedGateway } from '../../../test/gateway/scripted-gateway.ts';
import { makeGateway, makeOrganization } from '../../../test/make.ts';
import { cleanUpOrphans } from './cleanups.jobs.ts';
import { createCleanups } from './cleanups.service.ts';
import { pruneCleanups } from './cleanups.store.ts';

let app: TestApp;
let gateway: ScriptedGateway;
let orgId: string;
let gatewayId: string;
let now = new Date();
beforeAll(async () => {
  app = await createTestApp({ now: () => now });
});
beforeEach(async () => {
  now = new Date();
  gateway = await startScriptedGateway();
  orgId = await makeOrganization(app);
  ({ gatewayId } = await makeGateway(app, orgId));
  const token_enc = app.platform.secrets.encrypt(gateway.token, `gateways.token_enc:${gatewayId}`);
  const way = { url: gateway.url, token_enc };
  await db().updateTable('gateways').set(way).where('id', '=', gatewayId).execute();
});
afterEach(() => gateway.close());
afterAll(() => app.close());

const db = () => app.platform.db;
const ctx = () => systemContext(app.platform, orgId);
const SECRETS = ['MC_AGENT_X_A', 'MC_AGENT_X_B'];

/** An agent that stands on the gateway with a session and secrets, and is to go. */
async function remove(name: string, status = 'unknown'): Promise<void> {
  const { world } = gateway;
  await db().updateTable('gateways').set({ status }).where('id', '=', gatewayId).execute();
  world.agents.set(name, { id: name, workspace: `/w/${name}`, createdAt: 0, isLive: true });
  for (const secret of SECRETS) world.secrets.set(secret, { value: 'value-of-a-secret', kind: 'secret' });
  const agent = { gateway_id: gatewayId, gateway_agent_id: name, openclaw_session_id: `agent:${name}:main` };
  await inTransaction(ctx(), (tx) => createCleanups(tx, [{ ...agent, secret_names: SECRETS }], 'agent_deleted'));
}
const release = () => db().updateTable('work_jobs').set({ waits_for: null }).where('org_id', '=', orgId).execute();
const readJob = () =>
  db()
    .selectFrom('work_jobs')
    .select(['id', 'state', 'waits_for', 'attempts'])
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
const readRow = () =>
  db().selectFrom('gateway_cleanups').selectAll().where('org_id', '=', orgId).executeTakeFirstOrThrow();
const run = async () => app.runWork((await readJob()).id);

describe('what a deleted agent leaves on its gateway', () => {
  it('is removed by a job: its runs end, its secrets and the agent go, in that order', async () => {
    await remove('mc-one');
    await release();
    await run();
    expect((await readJob()).state).toBe('succeeded');
    expect([gateway.world.agents.has('mc-one'), gateway.world.secrets.size]).toEqual([false, 0]);
    expect(gateway.calls.map(({ method }) => method).filter((method) => method !== 'config.get')).toEqual([
      ...['sessions.abort', 'secrets.store.delete', 'secrets.store.delete', 'agents.list', 'agents.delete'],
    ]);
    expect(await readRow()).toMatchObject({ done_at: expect.any(String), gateway_token_enc: null, last_error: null });
  });

  it('waits while the gateway is away, without using up tries', async () => {
    await remove('mc-one');
    await run();
    expect(await readJob()).toMatchObject({ state: 'queued', waits_for: `gateway:${gatewayId}`, attempts: 0 });
    expect(gateway.calls).toEqual([]);
  });

  it('62: counts as removed when it is gone already, and what only tidies up does not keep it there', async () => {
    await remove('mc-one');
    gateway.world.agents.delete('mc-one');
    gateway.failNext('sessions.abort', { code: 'INVALID_REQUEST', message: 'no such session' });
    gateway.failNext('secrets.store.delete', { code: 'FORBIDDEN', message: 'no', details: { missingScope: 'x' } });
    await release();
    await run();
    expect((await readJob()).state).toBe('succeeded');
  });

  it('is never the default agent of the gateway', async () => {
    await remove('main');
    await release();
    await run();
    expect((await readJob()).state).toBe('succeeded');
    expect(gateway.calls.map(({ method }) => method)).not.toContain('agents.delete');
  });

  it('is tried again, whatever kept us out, and says so', async () => {
    await remove('mc-one');
    const token_enc = app.platform.secrets.encrypt('wrong', `gateways.token_enc:${gatewayId}`);
    await db().updateTable('gateways').set({ token_enc }).where('id', '=', gatewayId).execute();
    await release();
    await run();
    expect(await readJob()).toMatchObject({ state: 'queued', attempts: 1 });
    expect(await readRow()).toMatchObject({ attempts: 1, done_at: null, last_error: { code: 'gateway.auth_failed' } });
  });

  it('is on record when it is given up', async () => {
    await remove('mc-one');
    await db().updateTable('work_jobs').set({ waits_for: null, max_attempts: 1 }).where('org_id', '=', orgId).execute();
    gateway.failNext('agents.delete', { code: 'INVALID_REQUEST', message: 'cannot' });
    await run();
    expect((await readJob()).state).toBe('dead');
    expect(await readRow()).toMatchObject({ next_retry_at: null, done_at: null });
    const lines = await db().selectFrom('activity_events').select('event_type').where('org_id', '=', orgId).execute();
    expect(lines).toEqual([{ event_type: 'agent.delete.failed' }]);
  });

  it('is removed by the address that it was noted with when the gateway is deleted, too', async () => {
    await remove('mc-one');
    await db().deleteFrom('agents').where('org_id', '=', orgId).execute();
    await db().deleteFrom('gateways').where('id', '=', gatewayId).execute();
    await release();
    await run();
    expect([(await readJob()).state, gateway.world.agents.has('mc-one')]).toEqual(['succeeded', false]);
  });

  it('is removed without jobs and identity when the organization is gone', async () => {
    await remove('mc-one');
    await db().deleteFrom('organizations').where('id', '=', orgId).execute();
    now = new Date(now.getTime() + 1_000);
    await cleanUpOrphans(app.platform);
    expect(gateway.world.agents.has('mc-one')).toBe(false);
    expect((await readRow()).done_at).not.toBeNull();
    now = new Date(now.getTime() + 8 * 86_400_000);
    await pruneCleanups(app.platform);
    expect(await db().selectFrom('gateway_cleanups').select('id').where('org_id', '=', orgId).execute()).toEqual([]);
  });

  it('of an organization that is gone is tried again later when its gateway is away', async () => {
    await remove('mc-one');
    await gateway.close();
    await db().deleteFrom('organizations').where('id', '=', orgId).execute();
    now = new Date(now.getTime() + 1_000);
    await cleanUpOrphans(app.platform);
    const { attempts, next_retry_at, last_error } = await readRow();
    expect([attempts, last_error]).toMatchObject([1, { code: 'gateway.unreachable' }]);
    expect(new Date(String(next_retry_at)).getTime()).toBeGreaterThan(now.getTime());
    gateway = await startScriptedGateway();
  });
});
