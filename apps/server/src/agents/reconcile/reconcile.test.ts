import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import { requestReconcile } from './reconcile.service.ts';

let app: TestApp;
let place: AgentsOnGateway;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  place = await startAgentsOnGateway(app);
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

const db = () => app.platform.db;
const WRITES = ['agents.create', 'agents.update', 'config.patch', 'agents.files.set', 'sessions.files.set', 'cron.add'];
const countWrites = () => place.gateway.calls.filter(({ method }) => WRITES.includes(method)).length;
const stepsOf = async (agentId: string) =>
  Object.fromEntries(((await place.findJob(agentId)).steps ?? []).map(({ kind, state }) => [kind, state]));
const force = async (agentId: string) => {
  await place.call('PATCH', `/agents/${agentId}?force=true`, {});
  return place.settled(agentId);
};

describe('a new agent', () => {
  it('165: is created on its gateway, gets its name, files and credential, and is woken', async () => {
    const agent = await place.create();
    expect(agent.status).toBe('provisioning');
    expect(await place.settled(agent.id)).toMatchObject({ status: 'online', last_error: null, has_token: true });
    expect(place.gateway.world.agents.get(`mc-${agent.id}`)).toMatchObject({ name: 'Ada' });
    const files = place.filesOf(agent.id);
    expect(files.get('AGENTS.md')).toContain('You are Ada');
    const token = /^X-Agent-Token: (mca_\S+)\n$/.exec(files.get('.mission-control/auth') ?? '')?.[1];
    const headers = { 'x-agent-token': String(token) };
    expect((await app.router.inject({ url: '/api/v1/agent/healthz', headers })).json()).toMatchObject({
      agent_id: agent.id,
    });
    expect(await stepsOf(agent.id)).toEqual({
      ...{ entry: 'done', fields: 'done', files: 'done', session: 'done', credential: 'done' },
      ...{ policy: 'skipped', reset: 'skipped', wake: 'done' },
    });
    await expect.poll(() => place.callsOf('chat.send').length).toBe(1);
  });

  it('165: an agent that exists already is taken as it is', async () => {
    place.gateway.failNext('agents.create', { code: 'INVALID_REQUEST', message: 'agent "x" already exists' });
    const agent = await place.create();
    // The one refused call made nothing, so the gateway is asked again.
    expect(await place.settled(agent.id)).toMatchObject({ status: 'online' });
  });

  it('176: its token stands in the credential file and nowhere else', async () => {
    const agent = await place.create();
    await place.settled(agent.id);
    const files = place.filesOf(agent.id);
    const token = /(mca_\S+)/.exec(files.get('.mission-control/auth') ?? '')?.[1] ?? '';
    expect(token).toMatch(/^mca_/);
    for (const [path, content] of files) if (path !== '.mission-control/auth') expect(content).not.toContain(token);
    const versions = await db().selectFrom('agent_files').select('content').where('agent_id', '=', agent.id).execute();
    expect(JSON.stringify(versions)).not.toContain(token);
    const jobs = await db().selectFrom('work_jobs').selectAll().execute();
    const events = await db().selectFrom('events').select('data').execute();
    expect(JSON.stringify([jobs, events])).not.toContain(token);
    expect((await place.call('GET', `/agents/${agent.id}`)).body).not.toContain(token);
    const chat = place.callsOf('chat.send');
    expect(JSON.stringify(chat)).not.toContain(token);
  });

  it('169: ten at once on one gateway are all made, and the configuration is written by one at a time', async () => {
    await db().updateTable('boards').set({ max_agents: 20 }).where('id', '=', place.boardId).execute();
    const made = await Promise.all(Array.from({ length: 10 }, (_, n) => place.create({ name: `Agent ${n}` })));
    for (const { id } of made) expect(await place.settled(id)).toMatchObject({ status: 'online', last_error: null });
    for (const { id } of made) expect(place.gateway.world.agents.has(`mc-${id}`)).toBe(true);
  });
});

describe('an update', () => {
  it('170, 173: of nothing writes nothing', async () => {
    const { id } = await place.create();
    await place.settled(id);
    const before = countWrites();
    expect(await force(id)).toMatchObject({ status: 'online', last_error: null });
    expect(countWrites()).toBe(before);
    expect(Object.values(await stepsOf(id))).toEqual(Array.from({ length: 8 }, () => 'skipped'));
  });

  it('of the name reaches the entry, the files and the session, and rotates no token', async () => {
    const { id } = await place.create();
    await place.settled(id);
    const credential = place.filesOf(id).get('.mission-control/auth');
    await place.call('PATCH', `/agents/${id}`, { name: 'Grace' });
    await place.settled(id);
    expect(place.gateway.world.agents.get(`mc-${id}`)?.name).toBe('Grace');
    expect(place.filesOf(id).get('IDENTITY.md')).toContain('- Name: Grace');
    expect(place.filesOf(id).get('AGENTS.md')).toContain('You are Grace');
    expect(place.gateway.world.sessions.get(`agent:mc-${id}:main`)?.label).toBe('Grace');
    expect(place.filesOf(id).get('.mission-control/auth')).toBe(credential);
  });

  it('173: keeps what others wrote around our block, and what it found as a version', async () => {
    const { id } = await place.create();
    await place.settled(id);
    const files = place.filesOf(id);
    files.set('AGENTS.md', `Before.\n${files.get('AGENTS.md')?.replace('You are Ada', 'You are nobody')}After.\n`);
    await force(id);
    expect(files.get('AGENTS.md')).toMatch(/^Before\.\n<!--[\s\S]*You are Ada[\s\S]*-->\nAfter\.\n$/);
    const versions = await db().selectFrom('agent_files').select('content').where('name', '=', 'AGENTS.md').execute();
    expect(versions.some(({ content }) => content.includes('You are nobody'))).toBe(true);
  });

  it('that resets the session does so once, and changes nothing else', async () => {
    const { id } = await place.create();
    await place.settled(id);
    expect((await place.call('POST', `/agents/${id}/session/reset`)).statusCode).toBe(202);
    await place.settled(id);
    expect(place.callsOf('sessions.reset')).toHaveLength(1);
    expect((await stepsOf(id)).reset).toBe('done');
  });

  it('168: of an older generation does nothing', async () => {
    const { id } = await place.create();
    await place.settled(id);
    const before = place.gateway.calls.length;
    const job = await inTransaction(systemContext(app.platform, app.owner.orgId), async (tx) => {
      const row = { id, gateway_id: place.gatewayId, board_id: place.boardId };
      const asked = await requestReconcile(tx, row, 'update');
      await tx.db
        .updateTable('agents')
        .set((eb) => ({ lifecycle_generation: eb('lifecycle_generation', '+', 1) }))
        .where('id', '=', id)
        .execute();
      return asked;
    });
    await expect.poll(async () => (await place.findJob(id)).state).toBe('succeeded');
    expect((await place.findJob(id)).id).toBe(job);
    expect(place.gateway.calls.slice(before).map(({ method }) => method)).not.toContain('agents.list');
  });
});

describe('a gateway that refuses', () => {
  it('172: names of files has their text in AGENTS.md, and nothing fails', async () => {
    const { id } = await place.create();
    expect(await place.settled(id)).toMatchObject({ last_error: null });
    expect(place.filesOf(id).get('AGENTS.md')).toMatch(/## Tools[\s\S]*## When you are woken/);
  });

  it('a call for good leaves the agent failed, with the reason and the time of the next try', async () => {
    place.gateway.failNext('agents.files.set', { code: 'INVALID_REQUEST', message: 'disk is full' }, 50);
    const { id } = await place.create();
    expect(await place.settled(id)).toMatchObject({
      status: 'offline',
      lifecycle_state: 'failed',
      last_error: { code: 'gateway.rpc_failed' },
      next_retry_at: expect.any(String),
    });
    expect(await stepsOf(id)).toMatchObject({ entry: 'done', files: 'failed', session: 'pending' });
  });

  it('a call for a moment is asked again within the pass', async () => {
    place.gateway.failNext('sessions.create', { code: 'UNAVAILABLE', message: 'restarting', retryable: true });
    const { id } = await place.create();
    expect(await place.settled(id)).toMatchObject({ status: 'online', last_error: null });
    const step = (await place.findJob(id)).steps?.find(({ kind }) => kind === 'session');
    expect(step).toMatchObject({ state: 'done', attempts: 2 });
  });

  it('the credential names the setting that would allow another way, and takes it when an admin did', async () => {
    place.gateway.failNext('cron.add', { code: 'INVALID_REQUEST', message: 'unknown method: cron.add' });
    const { id } = await place.create();
    expect(await place.settled(id)).toMatchObject({
      last_error: { code: 'gateway.credential_refused', message: expect.stringContaining('credential_delivery') },
    });
    await db().updateTable('gateways').set({ credential_delivery: 'env' }).where('id', '=', place.gatewayId).execute();
    place.gateway.failNext('cron.add', { code: 'INVALID_REQUEST', message: 'unknown method: cron.add' });
    await place.call('POST', `/agents/${id}/retry`);
    expect(await place.settled(id)).toMatchObject({ last_error: null });
    const variable = `MC_AGENT_TOKEN_${id.replaceAll('-', '').toUpperCase()}`;
    expect(place.gateway.world.secrets.get(variable)).toMatchObject({ kind: 'env' });
    expect(place.filesOf(id).get('AGENTS.md')).toContain(`-H "X-Agent-Token: $${variable}"`);
  });
});
