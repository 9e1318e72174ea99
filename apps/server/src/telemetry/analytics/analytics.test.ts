import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { sumRollups } from './summing/summing.jobs.ts';

const HOUR_MS = 3_600_000;

let app: TestApp;
let worker: EnrolledProcess;
beforeAll(async () => {
  app = await createTestApp();
  worker = await makeProcess(app);
  for (const hoursAgo of [1, 2, 2, 26, 50]) await reportRun(hoursAgo);
});
afterAll(() => app.close());

async function reportRun(hoursAgo: number) {
  const run = makeRun(new Date(Date.now() - hoursAgo * HOUR_MS));
  await report(app, worker, [
    run.start(),
    run.call(),
    run.call({ model: 'gpt-4o-mini', tokens: { input: 3_000, cache_read: 0, output: 10, reasoning: 0 } }),
    run.tool(),
    run.tool({ status: 'error', error: { type: 'Timeout', message: 'too slow' } }),
    run.end({ status: 'error', error: { type: 'Timeout', message: 'too slow' } }),
  ]);
}

async function ask(path: string, query: Record<string, string> = {}) {
  const from = new Date(Date.now() - 60 * HOUR_MS).toISOString();
  const response = await app.router.inject({
    method: 'GET',
    url: `/api/v1/telemetry/${path}`,
    query: { from, ...query },
    headers: app.owner.headers,
  });
  return { status: response.statusCode, body: response.json() };
}

const QUESTIONS: [string, Record<string, string>][] = [
  ['series', { metric: 'tokens', group_by: 'token_kind' }],
  ['series', { metric: 'cost_usd', group_by: 'agent' }],
  ['series', { metric: 'p95_ms', group_by: 'model' }],
  ['series', { metric: 'error_rate' }],
  ['series', { metric: 'errors', group_by: 'error_type' }],
  ['histogram', { of: 'run' }],
  ['histogram', { of: 'model', split: 'prompt_size' }],
  ['heatmap', {}],
  ['heatmap', { x: 'agent', value: 'p95_ms' }],
  ['breakdown', { by: 'agent' }],
  ['breakdown', { by: 'model' }],
  ['breakdown', { by: 'task' }],
  ['breakdown', { by: 'version' }],
];
const RANGES = [5, 60, 24 * 20];

const askAll = (to: number) =>
  Promise.all(
    RANGES.flatMap((hours) =>
      QUESTIONS.map(async ([path, query]) => {
        const range = { from: new Date(to - hours * HOUR_MS).toISOString(), to: new Date(to).toISOString() };
        const { status, body } = await ask(path, { ...query, ...range });
        expect(status).toBe(200);
        return body;
      }),
    ),
  );

it('answers the same before and after hours and days are summed, and late reports are added', async () => {
  const to = Date.now();
  const before = await askAll(to);
  await sumRollups(app.platform);
  const grains = await sql<{ grain: string }>`select distinct grain from rollup_sums order by 1`.execute(
    app.platform.db,
  );
  expect(grains.rows.map(({ grain }) => grain)).toEqual(['agent_day', 'agent_hour', 'fleet_day', 'fleet_hour']);
  expect(await askAll(to)).toEqual(before);
  await reportRun(50);
  await sumRollups(app.platform);
  const { body } = await ask('breakdown', { by: 'agent', from: new Date(Date.now() - 480 * HOUR_MS).toISOString() });
  expect(body.items[0]).toMatchObject({ key: worker.agentId, n: 6 });
});

it('tells tokens by kind, none twice, and cost by model with what had no price', async () => {
  const { body } = await ask('series', { metric: 'tokens', group_by: 'token_kind' });
  const runs = (await ask('series', { metric: 'runs' })).body.groups[0].value;
  expect(Object.fromEntries(body.groups.map(({ key, value }: { key: string; value: number }) => [key, value]))).toEqual(
    {
      ...{ input: 3_600 * runs, cache_read: 400 * runs, cache_write: 0 },
      ...{ output: 90 * runs, reasoning: 20 * runs },
    },
  );
  expect(body.groups[0].points).toHaveLength(body.groups[1].points.length);
  const models = (await ask('breakdown', { by: 'model' })).body.items;
  expect(models).toMatchObject([
    { key: 'gpt-4o', n: runs, error_rate: 0, tokens_cache_read: 400 * runs },
    { key: 'gpt-4o-mini', tokens_input: 3_000 * runs },
  ]);
  expect(models[0].cost_usd).toBeCloseTo(0.003 * runs, 8);
  const priced = (await ask('series', { metric: 'cost_usd', model: 'gpt-4o' })).body;
  expect(priced.groups[0].value).toBeCloseTo(0.003 * runs, 8);
});

it('spreads durations by size of the prompt, counts tools by hour and names agents and versions', async () => {
  const { groups, edges_ms } = (await ask('histogram', { of: 'model', split: 'prompt_size' })).body;
  expect(groups.map(({ key }: { key: string }) => key).sort()).toEqual(['10', '11']);
  expect(groups[0].counts.reduce((sum: number, n: number) => sum + n, 0)).toBe(groups[0].n);
  expect(groups[0].counts).toHaveLength(edges_ms.length - 1);
  expect(groups[0].p95_ms).toBeCloseTo(1.2, 1);
  const heat = (await ask('heatmap', { value: 'errors' })).body;
  expect(heat.rows[0].cells).toHaveLength(heat.columns.length);
  expect(heat.rows[0].cells.reduce((sum: number, n: number | null) => sum + (n ?? 0), 0)).toBe(heat.rows[0].total / 2);
  const agents = (await ask('heatmap', { x: 'agent' })).body;
  expect(agents.columns).toMatchObject([{ key: worker.agentId, name: expect.any(String) }]);
  expect((await ask('breakdown', { by: 'version' })).body.items[0]).toMatchObject({ agent_id: worker.agentId });
});

it('filters by agent, type, version and board, and shows another organization nothing', async () => {
  const { agent_type } = await app.platform.db.selectFrom('agents').select('agent_type').executeTakeFirstOrThrow();
  const count = async (query: Record<string, string>) =>
    (await ask('series', { metric: 'runs', ...query })).body.groups[0]?.value ?? 0;
  const all = await count({});
  expect(await count({ agent_id: worker.agentId })).toBe(all);
  expect(await count({ agent_type })).toBe(all);
  expect(await count({ agent_type: 'other' })).toBe(0);
  expect(await count({ board_id: worker.agentId })).toBe(0);
  expect(await count({ version_id: worker.agentId })).toBe(0);
  await sql`update rollup_1h set org_id = gen_random_uuid() where t < now() - interval '40 hours'`.execute(
    app.platform.db,
  );
  expect(await count({ agent_id: worker.agentId })).toBeLessThan(all);
});

it('refuses a range that is empty or longer than 31 days', async () => {
  const to = new Date().toISOString();
  expect(await ask('series', { metric: 'runs', from: to, to })).toMatchObject({
    status: 422,
    body: { code: 'range.invalid' },
  });
  const long = new Date(Date.now() - 32 * 24 * HOUR_MS).toISOString();
  expect((await ask('heatmap', { from: long })).status).toBe(422);
  expect((await ask('series', { metric: 'nothing' })).body.code).toBe('request.invalid');
});
