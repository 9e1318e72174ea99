import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import type { TurnScript } from '../../../test/gateway/turns.ts';
import { observeAgents } from '../presence/observe.ts';
import { watchWakes } from './wakes.service.ts';

let app: TestApp;
let place: AgentsOnGateway;
let script: TurnScript;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  script = () => undefined;
  place = await startAgentsOnGateway(app, { script: (message) => script(message) });
});
afterEach(() => place.gateway.close());
afterAll(() => app.close());

const make = async () => {
  const { id } = await place.create();
  await place.settled(id);
  return id;
};
const rowOf = (id: string) =>
  app.platform.db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const wakesOf = (id: string) =>
  place.callsOf('chat.send').filter(({ params }) => String(params.sessionKey).includes(id)).length;
/** As if the agent had been silent for the whole time that it has. */
const beSilent = async (id: string) => {
  await app.platform.db
    .updateTable('agents')
    .set({ checkin_deadline_at: new Date(0) })
    .where('id', '=', id)
    .where('checkin_deadline_at', 'is not', null)
    .execute();
  await watchWakes(app.platform);
};

it('a new agent is woken, and awake when a run of it begins', async () => {
  script = () => [{ say: 'HEARTBEAT_OK' }];
  const id = await make();
  await expect.poll(() => wakesOf(id), { timeout: 10_000 }).toBe(1);
  await expect.poll(async () => (await rowOf(id)).checkin_deadline_at, { timeout: 20_000 }).toBeNull();
  expect(await rowOf(id)).toMatchObject({ lifecycle_state: 'steady', status: 'online', wake_attempts: 0 });
});

it('an agent that answers no wake-up is woken three times, then offline with the reason', async () => {
  const id = await make();
  for (let n = 1; n <= 3; n++) {
    await expect.poll(async () => (await rowOf(id)).wake_attempts, { timeout: 10_000 }).toBe(n);
    expect(await rowOf(id)).toMatchObject({ lifecycle_state: 'waking', status: 'online' });
    await beSilent(id);
  }
  expect(wakesOf(id)).toBe(3);
  expect(await rowOf(id)).toMatchObject({ status: 'offline', last_error: { code: 'agent.no_checkin' } });
  const tokens = await app.platform.db.selectFrom('agent_tokens').selectAll().where('agent_id', '=', id).execute();
  expect(tokens).toHaveLength(1);
});

it('152: a check-in answers a wake-up', async () => {
  const id = await make();
  await expect.poll(async () => (await rowOf(id)).wake_attempts, { timeout: 10_000 }).toBe(1);
  const token = /(mca_\S+)/.exec(place.filesOf(id).get('.mission-control/auth') ?? '')?.[1] ?? '';
  const headers = { 'x-agent-token': token };
  await app.router.inject({ method: 'POST', url: '/api/v1/agent/heartbeat', headers });
  expect(await rowOf(id)).toMatchObject({ lifecycle_state: 'steady', checkin_deadline_at: null, wake_attempts: 0 });
});

it('153: what an agent does on its gateway is a sign of life', async () => {
  const id = await make();
  await app.platform.db
    .updateTable('agents')
    .set({ status: 'offline', last_seen_at: null })
    .where('id', '=', id)
    .execute();
  await expect
    .poll(
      async () => {
        place.gateway.emit('agent', { agentId: `mc-${id}`, runId: 'r', stream: 'lifecycle', data: { phase: 'start' } });
        return (await rowOf(id)).status;
      },
      { timeout: 20_000, interval: 500 },
    )
    .toBe('online');
});

it('an idle agent that its gateway lists is online; one of whom something is wrong stays offline', async () => {
  const [idle, mute] = [await make(), (await place.create({ name: 'Mute' })).id];
  await place.settled(mute);
  const set = (id: string, error: object | null) =>
    app.platform.db
      .updateTable('agents')
      .set({ status: 'offline', last_seen_at: null, last_error: error && JSON.stringify(error) })
      .where('id', '=', id)
      .execute();
  await set(idle, null);
  await set(mute, { code: 'agent.no_checkin', message: 'Silent.', at: '2026-03-01T00:00:00.000Z' });
  await observeAgents(app.platform);
  expect([(await rowOf(idle)).status, (await rowOf(mute)).status]).toEqual(['online', 'offline']);
});
