import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeAgent, makeOrganization, makeProcess } from '../../../test/make.ts';
import { type HealthFacts, toHealth } from './health.rules.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const get = (url: string) => app.router.inject({ url: `/api/v1${url}`, headers: app.owner.headers });
const note = (agentId: string, hoursAgo: number, health: string) =>
  app.platform.db
    .insertInto('agent_health')
    .values({
      org_id: app.owner.orgId,
      agent_id: agentId,
      at: new Date(Date.now() - hoursAgo * 3_600_000),
      health,
      reasons: '[]',
    })
    .execute();

it('tells what an agent’s health was within the range, with the state that held when it began', async () => {
  const { agentId } = await makeProcess(app);
  for (const [hoursAgo, health] of [
    [50, 'green'],
    [30, 'amber'],
    [2, 'red'],
  ] as const)
    await note(agentId, hoursAgo, health);
  const answer = (await get(`/agents/${agentId}/health?range=24h`)).json();
  expect(answer).toMatchObject({ agent_id: agentId, health: 'red' });
  expect(answer.history.map(({ health }: { health: string }) => health)).toEqual(['red', 'amber']);
});

it('is grey for an agent that was never heard', async () => {
  const id = await makeAgent(app, app.owner.orgId, 'never-heard');
  expect((await get(`/agents/${id}/health`)).json()).toMatchObject({ health: 'grey', history: [], versions: [] });
});

it('of another organization’s agent, or with an unknown range, is refused', async () => {
  const foreign = await makeAgent(app, await makeOrganization(app));
  for (const id of [foreign, newId()]) expect((await get(`/agents/${id}/health`)).json().code).toBe('agent.not_found');
  expect((await get(`/agents/${foreign}/health?range=1y`)).json().code).toBe('request.invalid');
});

it('is red while a breaker is open, also when it paused the agent, and amber while it is half open', () => {
  const facts: HealthFacts = {
    ...{ control_state: 'active', breaker: null, processes: 1, open_runs: 0, ended: 0, failed: 0, durations: [] },
    ...{ sla_ms: null, sla_percentile: 0.95, is_recent: true },
  };
  const colour = (more: Partial<HealthFacts>) => toHealth({ ...facts, ...more }).health;
  expect(colour({ breaker: 'open' })).toBe('red');
  expect(colour({ breaker: 'open', control_state: 'paused' })).toBe('red');
  expect(colour({ breaker: 'half_open' })).toBe('amber');
  expect(colour({ control_state: 'paused' })).toBe('grey');
});
