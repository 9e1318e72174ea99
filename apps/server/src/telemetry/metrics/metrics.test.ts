import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';

let app: TestApp;
let worker: EnrolledProcess;
beforeAll(async () => {
  app = await createTestApp();
  worker = await makeProcess(app);
});
afterAll(() => app.close());

it('sums the fleet and each agent over the window', async () => {
  const [done, failed, open] = [makeRun(), makeRun(), makeRun()];
  await report(app, worker, [
    ...[done.start(), done.call(), done.end(), failed.start(), failed.end({ status: 'error' }), open.start()],
  ]);
  const response = await app.router.inject({
    method: 'GET',
    url: '/api/v1/telemetry/overview',
    headers: app.owner.headers,
  });
  const overview = response.json();
  expect(overview).toMatchObject({
    ...{ window_s: 3600, step_s: 60, active_runs: { value: 1 }, error_rate: { value: 0.5 }, open_violations: 0 },
    ...{ runs_per_min: { value: 0.6 }, tokens_per_min: { value: 220 }, cost_today_usd: { value: 0.003 } },
    agents: [{ agent_id: worker.agentId, active_runs: 1, error_rate: 0.5, tokens_per_h: 1100, cost_today_usd: 0.003 }],
  });
  expect(overview.runs_per_min.points).toHaveLength(60);
  expect(overview.agents[0].runs_points.reduce((sum: number, n: number) => sum + n, 0)).toBe(3);
});

it('keeps settings by version and makes every bundle stale', async () => {
  const put = (payload: unknown) =>
    app.router.inject({
      method: 'PUT',
      url: '/api/v1/telemetry/settings',
      headers: app.owner.headers,
      payload: payload as object,
    });
  const bundle = async () =>
    (await app.platform.db.selectFrom('agents').select('bundle').executeTakeFirstOrThrow()).bundle;
  const before = await bundle();
  const settings = { retention: { full_hours: 100 }, redaction: { rules: [{ path: 'customer.email', mode: 'drop' }] } };
  const saved = await put({ version: 0, settings });
  expect(saved.json()).toMatchObject({
    version: 1,
    settings: { capture: 'full', retention: { full_hours: 100, aggregate_days: 30 } },
  });
  expect(await bundle()).toBe(before + 1);
  expect((await put({ version: 0, settings })).json()).toMatchObject({ code: 'settings.version_conflict' });
  expect(
    (await put({ version: 1, settings: { redaction: { rules: [{ path: 'a[', mode: 'drop' }] } } })).statusCode,
  ).toBe(422);
  expect(
    await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('type', '=', 'telemetry_settings.updated')
      .execute(),
  ).toHaveLength(1);
});
