import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { judgeMoving } from './judging/judge.service.ts';

let at = Date.now();
let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at) });
});
afterAll(() => app.close());

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

function call(
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
  headers: Record<string, string> = app.owner.headers,
) {
  return app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
}

interface Rule {
  name: string;
  agent: string;
  watch?: string;
  over?: string;
  scope?: string;
  action?: string;
  mode?: string;
}

/** Puts a breaker rule into force for one agent. */
async function enforce({
  name,
  agent,
  watch = 'error_rate',
  over = '15%',
  scope = 'agent',
  action = 'pause',
  mode = 'enforce',
}: Rule) {
  const source = `version: 1
name: ${name}
mode: ${mode}
scope: { agent: ${agent} }
rules:
  - id: errors
    breaker: { watch: ${watch}, over: ${over}, window: 5m, min_calls: 20, scope: ${scope}, action: ${action}, open_for: 2m, half_open_probes: 3 }
tests:
  - { name: opens, given: { calls: { total: 25, errors: 4 } }, expect: { breaker: ${watch === 'error_rate' ? 'open' : 'closed'} } }
`;
  const made = await call('POST', '/policies', { source });
  expect(made.statusCode, made.body).toBe(201);
  const { id } = made.json();
  const active = await call('POST', `/policies/${id}/activate`, { version: 1, mode, acknowledge_unobserved: true });
  expect(active.statusCode, active.body).toBe(200);
  return id as string;
}

/** Reports one run with so many calls of a tool of which some failed. */
async function work(
  process: EnrolledProcess,
  slug: string,
  calls: { ok?: number; failed?: number; tool?: string },
  end: object = {},
) {
  const { ok = 0, failed = 0, tool = 'docs/read' } = calls;
  const run = makeRun(new Date(at), slug);
  const lines = [
    run.start(),
    ...Array.from({ length: ok }, () => run.tool({ name: tool })),
    ...Array.from({ length: failed }, () =>
      run.tool({ name: tool, status: 'error', error: { type: 'E', message: 'no' } }),
    ),
    run.end(end),
  ];
  const { status, answer } = await report(app, process, lines);
  expect([status, answer.rejected]).toEqual([200, []]);
  return run.id;
}

const listBreakers = async (agentId: string) => (await call('GET', `/breakers?agent_id=${agentId}`)).json().items;
const findBreaker = async (agentId: string) => (await listBreakers(agentId))[0];
const stateOf = (agentId: string) => expect.poll(async () => (await findBreaker(agentId))?.state, { timeout: 20_000 });
const findAgent = async (id: string) => (await call('GET', `/agents/${id}`)).json();
const bundleOf = async ({ agentId, headers }: EnrolledProcess) =>
  (await call('GET', `/agents/${agentId}/bundle`, undefined, headers)).json();
const factsOf = async (breakerId: string) => {
  const rows = await app.platform.db
    .selectFrom('events')
    .select('type')
    .where('subject_id', '=', breakerId)
    .orderBy('id')
    .execute();
  return rows.map(({ type }) => type);
};

describe('the first example of the mission', () => {
  it('an error rate above 15 % over five minutes pauses the agent, and it runs again when its probes went well', async () => {
    const worker = await makeProcess(app, 'refunds');
    await enforce({ name: 'mission', agent: 'refunds' });
    await work(worker, 'refunds', { ok: 17, failed: 3 });
    await stateOf(worker.agentId).toBe('closed');
    at += 30 * SECOND_MS;
    await work(worker, 'refunds', { failed: 1 });
    await stateOf(worker.agentId).toBe('open');
    const opened = await findBreaker(worker.agentId);
    expect(opened).toMatchObject({
      ...{ key: 'mission:errors|refunds', rule: 'mission@1:errors', effect: 'pause', open_count: 0, calls: 21 },
      reason: '19 % of 21 calls failed in 300 s; 15 % are allowed.',
    });
    const openMs = Date.parse(opened.retry_at) - Date.parse(opened.opened_at);
    expect(Math.abs(openMs - 2 * MINUTE_MS)).toBeLessThanOrEqual(12 * SECOND_MS);
    const paused = await findAgent(worker.agentId);
    expect(paused).toMatchObject({
      control_state: 'paused',
      holds: [{ holder: `breaker:${opened.id}`, retry_at: opened.retry_at }],
    });
    expect((await bundleOf(worker)).control).toMatchObject({ state: 'paused', retry_at: opened.retry_at });

    at += 3 * MINUTE_MS;
    await judgeMoving(app.platform);
    await stateOf(worker.agentId).toBe('half_open');
    expect(await findAgent(worker.agentId)).toMatchObject({ control_state: 'active', holds: [] });
    expect((await bundleOf(worker)).breakers).toEqual([
      { key: 'mission:errors|refunds', state: 'half_open', retry_at: null },
    ]);
    at += SECOND_MS;
    for (let probe = 0; probe < 3; probe++) await work(worker, 'refunds', { ok: 4 });
    await stateOf(worker.agentId).toBe('closed');
    expect(await factsOf(opened.id)).toEqual(['breaker.opened', 'breaker.half_opened', 'breaker.closed']);
    expect(await findBreaker(worker.agentId)).toMatchObject({ reason: 'Its probes went well.', effect: 'none' });

    // What went wrong before does not open it again; a person sees the whole.
    await work(worker, 'refunds', { ok: 1 });
    const detail = (await call('GET', `/breakers/${opened.id}`)).json();
    expect(detail).toMatchObject({ state: 'closed', tries: [] });
    expect(detail.buckets.length).toBeGreaterThan(1);
  });

  it('opens longer when a probe fails, and again when it fails again', async () => {
    const worker = await makeProcess(app, 'stubborn');
    await enforce({ name: 'stubborn', agent: 'stubborn' });
    await work(worker, 'stubborn', { failed: 20 });
    await stateOf(worker.agentId).toBe('open');
    for (const count of [1, 2]) {
      at = Date.parse((await findBreaker(worker.agentId)).retry_at);
      await judgeMoving(app.platform);
      await stateOf(worker.agentId).toBe('half_open');
      await work(worker, 'stubborn', {}, { status: 'error', error: { type: 'E' } });
      await stateOf(worker.agentId).toBe('open');
      expect(await findBreaker(worker.agentId)).toMatchObject({
        open_count: count,
        reason: 'A run that tried it failed.',
      });
    }
  });
});
