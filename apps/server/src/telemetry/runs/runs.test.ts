import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeOrganization, makeProcess, makeServiceKey } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';

let app: TestApp;
let worker: EnrolledProcess;
let failed: ReturnType<typeof makeRun>;
let fine: ReturnType<typeof makeRun>;
let child: ReturnType<typeof makeRun>;

beforeAll(async () => {
  app = await createTestApp();
  worker = await makeProcess(app);
  const at = Date.now();
  [failed, fine, child] = [makeRun(new Date(at - 3_000)), makeRun(new Date(at - 2_000)), makeRun(new Date(at - 1_000))];
  const trace = failed.id.replaceAll('-', '');
  await report(app, worker, [
    failed.start({ name: 'find the needle', trace, input: { v: 'hay' } }),
    failed.tool({ key: 'a', in: { v: { q: 'needle' } } }),
    failed.event('decision', {
      id: newId(),
      key: 'b',
      tool: 'mail/send',
      verdict: 'block',
      mode: 'enforce',
      rule: 'capability.tool_undeclared',
    }),
    failed.event('reason', { text: { v: 'a needle is thin' }, key: 'a' }),
    failed.end({ status: 'error', error: { type: 'Timeout', message: 'too slow 100%' } }),
    fine.start(),
    fine.call({ key: 'outer' }),
    fine.event('step.start', { key: 'open', kind: 'tool', name: 'docs/read', parent_key: 'outer' }),
    child.start({ parent: { run: failed.id, step: 'a' }, trace }),
    child.call(),
    child.end(),
  ]);
});
afterAll(() => app.close());

async function get(path: string, headers: Record<string, string> = app.owner.headers) {
  const response = await app.router.inject({ method: 'GET', url: `/api/v1${path}`, headers });
  return { status: response.statusCode, body: response.json() };
}

describe('GET /runs', () => {
  it('pages newest first', async () => {
    const first = (await get('/runs?limit=2')).body;
    const second = (await get(`/runs?limit=2&cursor=${first.next_cursor}`)).body;
    const ids = [...first.items, ...second.items].map(({ id }) => id);
    expect(ids).toEqual([child.id, fine.id, failed.id]);
    expect(second.next_cursor).toBeNull();
  });

  it.each([
    ['status=error', () => [failed]],
    ['status=ok&status=running', () => [child, fine]],
    ['has_violation=true', () => [failed]],
    ['has_violation=false', () => [child, fine]],
    ['root_only=true', () => [fine, failed]],
    ['model=gpt-4o', () => [child, fine]],
    ['tool=docs/read', () => [fine, failed]],
    ['min_cost=0.001', () => [child, fine]],
    ['q=NEEDLE', () => [failed]],
    ['q=100%25', () => [failed]],
    ['q=100_', () => []],
    ['agent_type=worker', () => [child, fine, failed]],
    ['agent_type=other', () => []],
    ['to=2020-01-01T00:00:00Z', () => []],
  ])('filters by %s', async (query, expected) => {
    const { body } = await get(`/runs?${query}`);
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(expected().map(({ id }) => id));
  });

  it('finds a run by its id, its trace, its version', async () => {
    const queries = [`q=${fine.id}`, `trace_id=${fine.id.replaceAll('-', '')}`];
    for (const query of queries) expect((await get(`/runs?${query}`)).body.items).toMatchObject([{ id: fine.id }]);
    expect((await get(`/runs?version_id=${worker.versionId}`)).body.items).toHaveLength(3);
  });

  it('refuses a cursor that it did not give', async () => {
    expect(await get('/runs?cursor=nonsense')).toMatchObject({ status: 422, body: { code: 'request.invalid' } });
  });
});

describe('GET /runs/{id}', () => {
  it('gives the run, the sums of its tree and its relatives', async () => {
    const { body } = await get(`/runs/${failed.id}`);
    expect(body).toMatchObject({
      ...{ id: failed.id, status: 'error', violations: 1, in_payload: { v: 'hay' }, parent: null },
      tree: { runs: 2, steps: 2, llm_calls: 1, tool_calls: 1, cost_usd: 0.003 },
      children: [{ id: child.id, parent_step_key: 'a' }],
    });
    expect((await get(`/runs/${child.id}`)).body).toMatchObject({ parent: { id: failed.id }, parent_verified: true });
  });

  it('hides payloads from callers without payload:read', async () => {
    const key = await makeServiceKey(app, { scopes: ['read'] });
    const headers = { authorization: `Bearer ${key}` };
    expect((await get(`/runs/${failed.id}`, headers)).body.in_payload).toEqual({ x: 'forbidden' });
    expect((await get(`/runs/${failed.id}/steps`, headers)).body.items[0].in_payload).toEqual({ x: 'forbidden' });
    expect(JSON.stringify((await get(`/runs/${failed.id}/events`, headers)).body)).not.toContain('thin');
    expect((await get(`/runs/${failed.id}/payload?ref=${'a'.repeat(64)}`, headers)).status).toBe(403);
  });

  it.each([
    '',
    '/steps',
    '/steps?fields=skeleton',
    '/events',
    '/search?q=x',
    '/export',
    `/payload?ref=${'a'.repeat(64)}`,
  ])('of another organization is not found: %s', async (path) => {
    const run = newId();
    const orgId = await makeOrganization(app);
    const day = new Date().toISOString().slice(0, 10);
    const times = { started_at: new Date(), last_event_at: new Date() };
    await app.platform.db
      .insertInto('runs')
      .values({ org_id: orgId, day, id: run, root_run_id: run, ...times })
      .execute();
    expect(await get(`/runs/${run}${path}`)).toMatchObject({ status: 404, body: { code: 'run.not_found' } });
  });
});

describe('GET /runs/{id}/steps', () => {
  it('gives columns for a waterfall, with parents by index and open steps running', async () => {
    expect((await get(`/runs/${fine.id}/steps?fields=skeleton`)).body).toMatchObject({
      ...{ fields: 'skeleton', key: ['outer', 'open'], parent: [-1, 0], status: ['ok', 'running'] },
      ...{ start_us: [0, 0], dur_us: [1200, null], tokens: [1100, 0], max_seq: 2 },
    });
  });

  it('gives full steps page by page, and what came after a sequence number', async () => {
    const first = (await get(`/runs/${fine.id}/steps?limit=1`)).body;
    expect(first.items).toMatchObject([{ key: 'outer', cost_usd: 0.003 }]);
    const next = (await get(`/runs/${fine.id}/steps?limit=1&cursor=${first.next_cursor}`)).body;
    expect(next).toMatchObject({ items: [{ key: 'open', status: 'running' }], next_cursor: null });
    expect((await get(`/runs/${fine.id}/steps?after_seq=1`)).body.items).toHaveLength(1);
  });

  it('shows a closed step once, and a step left open by an ended run as cancelled', async () => {
    const run = makeRun();
    const common = { kind: 'tool', name: 'docs/read' };
    await report(app, worker, [
      run.start(),
      run.event('step.start', { key: 'a', ...common }),
      run.event('step.start', { key: 'b', ...common }),
    ]);
    await report(app, worker, [run.tool({ key: 'a' }), run.end()]);
    const { items } = (await get(`/runs/${run.id}/steps`)).body;
    expect(items.map(({ key, status }: { key: string; status: string }) => [key, status])).toEqual([
      ['b', 'cancelled'],
      ['a', 'ok'],
    ]);
    expect((await get(`/runs/${run.id}/steps?fields=skeleton`)).body.key).toHaveLength(2);
  });
});

describe('the rest of a run', () => {
  it('its events include decisions, in order', async () => {
    const { items } = (await get(`/runs/${failed.id}/events`)).body;
    expect(items).toMatchObject([
      { t: 'decision', key: 'b', body: { tool: 'mail/send', verdict: 'block', rule: 'capability.tool_undeclared' } },
      { t: 'reason', key: 'a', body: { text: { v: 'a needle is thin' } } },
    ]);
    expect((await get(`/runs/${failed.id}/events?t=reason`)).body.items).toHaveLength(1);
  });

  it('is searched in names, errors, payloads and events', async () => {
    const { items } = (await get(`/runs/${failed.id}/search?q=Needle`)).body;
    expect(items.map(({ where }: { where: string }) => where)).toEqual(['input', 'event']);
  });

  it('is exported whole as NDJSON', async () => {
    const response = await app.router.inject({
      method: 'GET',
      url: `/api/v1/runs/${failed.id}/export`,
      headers: app.owner.headers,
    });
    const lines = response.body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).t);
    expect([response.headers['content-type'], lines]).toEqual([
      'application/x-ndjson',
      ['run', 'step', 'decision', 'reason'],
    ]);
  });
});

it('rows older than the organization keeps are hidden at once', async () => {
  const run = makeRun();
  await report(app, worker, [run.start()]);
  const old = new Date(Date.now() - 73 * 3_600_000);
  await app.platform.db.updateTable('runs').set({ started_at: old }).where('id', '=', run.id).execute();
  expect((await get(`/runs/${run.id}`)).status).toBe(404);
});
