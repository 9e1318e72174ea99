import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import {
  type MadeAgent,
  makeBoard,
  makeGateway,
  makeGatewayAgent,
  makeMember,
  makeOrganization,
} from '../../../test/make.ts';
import { watchAgents } from './check-ins.jobs.ts';

let app: TestApp;
let orgId: string;
let gatewayId: string;
let boardId: string;
let worker: MadeAgent;
// Whole seconds, as the database writes them.
let clock = new Date(Math.floor(Date.now() / 1000) * 1000);
const pass = (seconds: number) => {
  clock = new Date(clock.getTime() + seconds * 1000);
};
beforeAll(async () => {
  app = await createTestApp({ now: () => clock });
  orgId = app.owner.orgId;
  ({ gatewayId } = await makeGateway(app, orgId));
});
beforeEach(async () => {
  boardId = await makeBoard(app, orgId, { gatewayId });
  worker = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
});
afterAll(() => app.close());

type Headers = Record<string, string>;
const call = (method: 'GET' | 'POST', url: string, payload?: object, headers: Headers = app.owner.headers) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload && { payload }) });
const outcome = (answer: Awaited<ReturnType<typeof call>>) => [answer.statusCode, answer.json().code];
const heartbeat = (status?: string | null) =>
  call('POST', `/agents/${worker.agentId}/heartbeat`, status === undefined ? {} : { status }, worker.headers);
const read = async () => (await call('GET', `/agents/${worker.agentId}`)).json();
const set = (values: object) =>
  app.platform.db.updateTable('agents').set(values).where('id', '=', worker.agentId).execute();
const listFacts = async () =>
  (
    await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', worker.agentId)
      .orderBy('id')
      .execute()
  ).map(({ type }) => type);

describe('a check-in', () => {
  it('152: without a status turns updating and offline into online and clears errors', async () => {
    const error = { code: 'agent.no_checkin', message: 'x', at: clock.toISOString() };
    for (const status of ['updating', 'offline', 'provisioning']) {
      await set({
        status,
        last_error: JSON.stringify(error),
        wake_attempts: 2,
        transition_deadline_at: new Date(clock.getTime() + 50_000),
        checkin_deadline_at: clock,
        lifecycle_state: 'waking',
      });
      expect((await heartbeat()).json(), status).toMatchObject({
        status: 'online',
        last_error: null,
        next_retry_at: null,
        wake_attempts: 0,
        lifecycle_state: 'steady',
        last_seen_at: clock.toISOString().replace('.000', ''),
      });
    }
  });

  it('says what it is at: known words count, any other word means online', async () => {
    expect((await heartbeat('updating')).json().status).toBe('updating');
    pass(60);
    expect((await read()).status).toBe('online');
    expect((await heartbeat('offline')).json().status).toBe('offline');
    expect((await heartbeat('busy as a bee')).json().status).toBe('online');
    expect((await heartbeat(null)).json().status).toBe('online');
  });

  it('218: writes a fact only when people see another status', async () => {
    for (let i = 0; i < 5; i++) {
      await heartbeat();
      pass(40);
    }
    expect(await listFacts()).toEqual(['agent.heartbeat']);
    await heartbeat('offline');
    expect(await listFacts()).toEqual(['agent.heartbeat', 'agent.heartbeat']);
    const lines = await app.platform.db
      .selectFrom('activity_events')
      .select('event_type')
      .where('agent_id', '=', worker.agentId)
      .execute();
    expect(lines).toEqual([{ event_type: 'agent.heartbeat' }, { event_type: 'agent.heartbeat' }]);
  });

  it('is an agent’s own affair, or an admin’s', async () => {
    const other = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId });
    const url = `/agents/${worker.agentId}/heartbeat`;
    expect(outcome(await call('POST', url, {}, other.headers))).toEqual([403, 'agent.self_only']);
    expect((await call('POST', url, {})).json().status).toBe('online');
    const member = await makeMember(app, orgId, { all_boards_write: true });
    expect(outcome(await call('POST', url, {}, member.headers))).toEqual([403, 'auth.forbidden']);
    const foreign = await makeGateway(app, await makeOrganization(app));
    expect(outcome(await call('POST', `/agents/${foreign.main.agentId}/heartbeat`, {}))).toEqual([
      404,
      'agent.not_found',
    ]);
  });

  it('by name finds the agent of the organization, exactly, and makes it when there is none', async () => {
    const byName = (payload: object, headers?: Headers) => call('POST', '/agents/heartbeat', payload, headers);
    expect((await byName({ name: 'ignored', board_id: newId() }, worker.headers)).json().id).toBe(worker.agentId);
    const { name } = await read();
    expect((await byName({ name, status: 'online' })).json()).toMatchObject({ id: worker.agentId, status: 'online' });
    expect(outcome(await byName({ name: '%' }))).toEqual([422, 'agent.board_required']);
    const made = (await byName({ name: 'Made by name', board_id: boardId })).json();
    expect(made).toMatchObject({ name: 'Made by name', status: 'provisioning', board_id: boardId });
    const foreignOrg = await makeOrganization(app);
    const foreign = await makeGateway(app, foreignOrg);
    await app.platform.db
      .updateTable('agents')
      .set({ name: 'Theirs' })
      .where('id', '=', foreign.main.agentId)
      .execute();
    expect(outcome(await byName({ name: 'Theirs' }))).toEqual([422, 'agent.board_required']);
  });

  it('of the agent API takes no body', async () => {
    const answer = await call('POST', '/agent/heartbeat', undefined, worker.headers);
    expect([answer.statusCode, answer.json().id]).toEqual([200, worker.agentId]);
    expect(outcome(await call('POST', '/agent/heartbeat', undefined))).toEqual([401, 'auth.unauthorized']);
  });
});

describe('signs of life', () => {
  it('218: any call makes an agent online once, and silence of ten minutes offline once', async () => {
    for (let i = 0; i < 3; i++) {
      await call('GET', '/agent/healthz', undefined, worker.headers);
      await watchAgents(app.platform);
      pass(40);
    }
    expect(await read()).toMatchObject({ status: 'online', last_seen_at: expect.any(String) });
    expect(await listFacts()).toEqual(['agent.online']);
    pass(601);
    expect((await read()).status).toBe('offline');
    await watchAgents(app.platform);
    await watchAgents(app.platform);
    expect(await listFacts()).toEqual(['agent.online', 'agent.offline']);
  });

  it('102: a wake is no sign of life', async () => {
    await call('POST', `/agents/${worker.agentId}/wake`);
    await watchAgents(app.platform);
    expect(await read()).toMatchObject({ status: 'offline', last_seen_at: null });
  });

  it('a transition ends after a minute: what waits for its gateway is shown as failed with the reason', async () => {
    const { id } = (await call('POST', '/agents', { name: `Slow ${newId()}`, board_id: boardId })).json();
    pass(59);
    await watchAgents(app.platform);
    expect((await call('GET', `/agents/${id}`)).json().status).toBe('provisioning');
    pass(1);
    await watchAgents(app.platform);
    await watchAgents(app.platform);
    expect((await call('GET', `/agents/${id}`)).json()).toMatchObject({
      status: 'offline',
      lifecycle_state: 'failed',
      last_error: { code: 'gateway.unreachable', at: clock.toISOString() },
    });
    const lines = await app.platform.db
      .selectFrom('activity_events')
      .select('event_type')
      .where('agent_id', '=', id)
      .orderBy('id')
      .execute();
    expect(lines.map(({ event_type }) => event_type)).toEqual(['agent.created', 'agent.provision.failed']);
    const retried = await call('POST', `/agents/${id}/retry`);
    expect([retried.statusCode, retried.json()]).toEqual([202, { job_id: expect.any(String) }]);
    expect((await call('GET', `/agents/${id}`)).json()).toMatchObject({
      status: 'provisioning',
      lifecycle_state: 'pending',
      last_error: null,
    });
  });

  it('an update that does not arrive says so under its own name', async () => {
    await heartbeat();
    await app.router.inject({
      method: 'PATCH',
      url: `/api/v1/agents/${worker.agentId}`,
      headers: app.owner.headers,
      payload: { name: `Renamed ${newId()}` },
    });
    expect((await read()).status).toBe('updating');
    pass(60);
    await watchAgents(app.platform);
    expect(await read()).toMatchObject({ status: 'online', lifecycle_state: 'failed' });
    expect((await listFacts()).at(-1)).toBe('agent.update.failed');
  });
});
