import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { watchVersions } from './watch.jobs.ts';

let app: TestApp;
let clock = new Date();
beforeAll(async () => {
  app = await createTestApp({ now: () => clock });
});
afterAll(() => app.close());

const get = async (path: string) =>
  (await app.router.inject({ url: `/api/v1${path}`, headers: app.owner.headers })).json();
const tools = (...names: string[]) => ({ tools: names.map((name) => ({ name, side_effect: 'read' })) });

/** Reports runs of a process, of which the first `failed` fail. */
async function reportRuns(process: EnrolledProcess, slug: string, n: number, failed: number): Promise<void> {
  const lines = Array.from({ length: n }, (_, index) => {
    const run = makeRun(clock, slug);
    clock = new Date(clock.getTime() + 1_000);
    const status = index < failed ? { status: 'error', error: { type: 'Nonsense' } } : { score: 0.5 };
    return [run.start(), run.tool(), run.end({ ts: clock.toISOString(), ...status })];
  });
  expect((await report(app, process, lines.flat())).answer).toMatchObject({ rejected: [] });
}

/** An agent whose second version has just become active after twenty good runs of the first. */
async function makeSecond(slug: string, settings: object) {
  const one = await makeProcess(app, slug, tools('docs/read'));
  const url = `/api/v1/agents/${one.agentId}`;
  await app.router.inject({ method: 'PATCH', url, headers: app.owner.headers, payload: settings });
  await reportRuns(one, slug, 20, 0);
  clock = new Date(clock.getTime() + 60_000);
  const two = await makeProcess(app, slug, tools('docs/read', 'more'));
  return { one, two };
}

it('a version that fails more than the one before is rolled back by itself, once, and says why', async () => {
  const { one, two } = await makeSecond('careful', { auto_rollback: true });
  await reportRuns(two, 'careful', 5, 5);
  await watchVersions(app.platform);
  expect((await get(`/agents/${one.agentId}`)).active_version_number).toBe(2);
  await reportRuns(two, 'careful', 15, 5);
  await watchVersions(app.platform);
  await watchVersions(app.platform);
  expect((await get(`/agents/${one.agentId}`)).active_version_number).toBe(1);
  const { items } = await get(`/deployments?agent_id=${one.agentId}`);
  expect(items).toMatchObject([
    {
      ...{ kind: 'auto_rollback', to: { number: 1 }, actor: { kind: 'system' } },
      reason: 'Version 2: 50.0 % of the runs failed; before 0.0 %.',
    },
    { kind: 'activate', to: { number: 2 }, watch: { verdict: 'worse', after: { runs: 20 }, before: { runs: 20 } } },
    { kind: 'activate', to: { number: 1 }, watch: null },
  ]);
  const versions = await get(`/agents/${one.agentId}/versions`);
  expect(versions.items).toMatchObject([
    { number: 2, runs: 20, error_rate: 0.5, mean_score: 0.5, watch: { verdict: 'worse' }, state: 'superseded' },
    { number: 1, runs: 20, error_rate: 0, watch: null, state: 'active' },
  ]);
  expect(versions.items[1].p95_ms).toBeGreaterThan(980);
  expect(versions.items[1].p95_ms).toBeLessThan(1_020);
});

it('without the setting a person decides; the watch ends with the hour', async () => {
  const { one, two } = await makeSecond('manual', {});
  await reportRuns(two, 'manual', 20, 10);
  await watchVersions(app.platform);
  const agent = await get(`/agents/${one.agentId}`);
  expect([agent.active_version_number, agent.auto_rollback]).toEqual([2, false]);
  expect((await get(`/agents/${one.agentId}/versions`)).items[0].watch.verdict).toBe('worse');

  const quiet = await makeSecond('quiet', { auto_rollback: true });
  await reportRuns(quiet.two, 'quiet', 3, 3);
  clock = new Date(clock.getTime() + 3_600_000);
  await watchVersions(app.platform);
  await reportRuns(quiet.two, 'quiet', 20, 20);
  await watchVersions(app.platform);
  const { items } = await get(`/deployments?agent_id=${quiet.one.agentId}`);
  expect(items[0]).toMatchObject({ to: { number: 2 }, watch: { verdict: 'too_few', after: { runs: 3 } } });
});
