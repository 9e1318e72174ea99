import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeAgent, makeOrganization, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { watchHealth } from './health.jobs.ts';
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
    ...{ sla_ms: null, sla_percentile: 0.95, is_recent: true, tries: null, anomaly: null },
  };
  const colour = (more: Partial<HealthFacts>) => toHealth({ ...facts, ...more }).health;
  expect(colour({ breaker: 'open' })).toBe('red');
  expect(colour({ breaker: 'open', control_state: 'paused' })).toBe('red');
  expect(colour({ breaker: 'half_open' })).toBe('amber');
  expect(colour({ control_state: 'paused' })).toBe('grey');
});

it('is amber while a tool takes twice the tries that are usual, also when every call succeeds in the end', async () => {
  const worker = await makeProcess(app, 'retrying');
  const run = makeRun(app.platform.now(), 'retrying');
  const calls = Array.from({ length: 6 }, (_, call) =>
    [1, 2, 3].map((attempt) =>
      run.tool({ key: `tool:docs/read#${call}`, attempt, status: attempt < 3 ? 'error' : 'ok' }),
    ),
  );
  await report(app, worker, [run.start(), ...calls.flat(), run.end()]);
  await watchHealth(app.platform);
  const { health, reasons } = (await get(`/agents/${worker.agentId}/health`)).json();
  expect(health).toBe('amber');
  expect(reasons).toMatchObject([{ code: 'attempts', value: 3, threshold: 2.2 }]);
  expect(reasons[0].text).toBe('docs/read takes 3.0 tries per call; 1.1 is usual.');
});
