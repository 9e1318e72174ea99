import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeMember, makeOrganization, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { backtestWork } from './backtests.jobs.ts';
import type { Backtest, BacktestRow } from './backtests.schema.ts';
import { RUN_BACKTEST } from './backtests.service.ts';

const HOUR_MS = 3_600_000;
const now = Date.now();
const [from, to] = [new Date(now - 2 * HOUR_MS).toISOString(), new Date(now + HOUR_MS).toISOString()];

const write = (rules: string, name = 'payments') =>
  `version: 1\nname: ${name}\nscope: { agent_type: payer }\nrules:\n${rules}`;
const SMALL = '  - { id: small, tools: { match: [pay], where: { amount: { lte: 5 } } } }\n';

let app: TestApp;
let payer: EnrolledProcess;
let other: EnrolledProcess;
beforeAll(async () => {
  app = await createTestApp();
  payer = await makeProcess(app, 'payer', { tools: [{ name: 'pay' }] });
  other = await makeProcess(app, 'other', { tools: [{ name: 'pay' }] });
  await record();
});
afterAll(() => app.close());

type TestRun = ReturnType<typeof makeRun>;
let runs: TestRun[];
const pay = (run: TestRun, amount: unknown, fields: object = {}) =>
  run.tool({ name: 'pay', key: `pay#${String(amount).slice(0, 9)}`, in: { v: { amount } }, ...fields });

/** Three runs of the payer, one of another agent: calls fine and too large, blocked, redacted, left out, stored apart. */
async function record(): Promise<void> {
  const at = (i: number) => new Date(now - HOUR_MS + i * 60_000);
  runs = [0, 1, 2].map((i) => makeRun(at(i), 'payer'));
  const [good, bad, odd] = runs as [TestRun, TestRun, TestRun];
  const stranger = makeRun(at(3), 'other');
  const decision = newId();
  const long = { amount: 7, note: 'x'.repeat(2_000) };
  await report(app, payer, [
    good.start(),
    ...[pay(good, 3), pay(good, 9), good.tool({ name: 'read', key: 'read' })],
    good.end(),
    bad.start(),
    bad.event('decision', {
      ...{ id: decision, key: 'pay#4', tool: 'pay', verdict: 'block', mode: 'enforce', rule: 'payments@1:small' },
      matched: [{ rule: 'payments@1:small', verdict: 'block', mode: 'enforce' }],
    }),
    pay(bad, 4, { status: 'blocked', decision }),
    bad.end({ status: 'error', error: { type: 'Blocked', message: 'no' } }),
    odd.start(),
    pay(odd, 0, { in: { x: 'sampled', size: 9 } }),
    pay(odd, 1, { in: { v: { amount: '[redacted:amount]' }, fid: 'redacted' } }),
    pay(odd, 2, { in: { v: long } }),
    odd.call({ key: 'model' }),
    odd.end(),
  ]);
  await report(app, other, [stranger.start(), pay(stranger, 99), stranger.end()]);
}

function call(
  method: 'GET' | 'POST',
  path: string,
  payload?: object,
  headers: Record<string, string> = app.owner.headers,
) {
  const url = `/api/v1/policies${path}`;
  return app.router.inject({ method, url, headers, ...(payload ? { payload } : {}) });
}

async function run(body: object): Promise<Backtest> {
  const created = await call('POST', '/backtest', { from, to, ...body });
  expect(created.statusCode, created.body).toBe(202);
  const { id, job_id } = created.json();
  // The application's own worker may have it already.
  await app.runWork(job_id);
  while (true) {
    const backtest: Backtest = (await call('GET', `/backtests/${id}`)).json();
    if (backtest.ended_at !== null) return backtest;
    await sleep(20);
  }
}

const listRows = async (id: string, query = ''): Promise<BacktestRow[]> =>
  (await call('GET', `/backtests/${id}/rows${query}`)).json().items;

describe('a back-test', () => {
  it('says what a draft would have done, where, in which runs, and what cannot be told', async () => {
    const backtest = await run({ source: write(SMALL) });
    expect(backtest).toMatchObject({
      ...{ state: 'succeeded', policy_name: 'payments', policy_version: null, error: null },
      progress: { done: 9, total: 9 },
      report: {
        ...{ runs: 3, calls: 8, would_block: 2, would_approve: 0, undecidable: 2, flips: 3 },
        ...{ flips_to: { allow: 1, block: 2 }, runs_hit: 2, runs_hit_succeeded: 2 },
        per_rule: [{ rule: 'payments@0:small', kind: 'tools', block: 2, undecidable: 2, runs: 2, runs_succeeded: 2 }],
        per_agent: [{ agent_id: payer.agentId, agent_slug: 'payer', calls: 8, block: 2, flips: 3 }],
      },
    });
    const rows = await listRows(backtest.id);
    expect(
      rows.map(({ run_id, verdict, was, is_flip }) => [
        runs.findIndex(({ id }) => id === run_id),
        verdict,
        was,
        is_flip,
      ]),
    ).toEqual([
      [0, 'block', 'allow', true],
      [1, 'allow', 'block', true],
      [2, 'undecidable', 'allow', false],
      [2, 'undecidable', 'allow', false],
      [2, 'block', 'allow', true],
    ]);
    expect(rows[0]).toMatchObject({ name: 'pay', rule: 'payments@0:small', failed: [{ path: 'amount', actual: 9 }] });
    const page = (await call('GET', `/backtests/${backtest.id}/rows?limit=2&flips=true`)).json();
    const next = await listRows(backtest.id, `?limit=2&flips=true&cursor=${page.next_cursor}`);
    expect([page.items.length, next.length]).toEqual([2, 1]);
    const exported = (await call('GET', `/backtests/${backtest.id}/export`)).body.trim().split('\n');
    expect(exported.map((line) => JSON.parse(line))).toEqual(rows);
    expect((await call('GET', '/backtests')).json().items[0]).toEqual(backtest);
  });

  it('asks rollups for breakers and daily budgets, and counts places by starts and ends', async () => {
    const { report: found } = await run({
      source: write(`  - { id: day, limits: { per: agent_day, tool_calls: 3, on_exceed: block } }
  - { id: errors, breaker: { watch: error_rate, over: 15%, window: 5m, min_calls: 2, scope: agent, action: pause } }
  - { id: places, concurrency: { per: agent, max: 1, on_full: reject } }\n`),
    });
    const rules = found?.per_rule.map(({ block }) => block);
    // The first run's three tool calls use up the day: those of later minutes are beyond it. Nothing failed.
    expect(rules).toEqual([4, 0, 0]);
  });

  it('takes a saved version, and of its agents only those that are asked for', async () => {
    const saved = (await call('POST', '', { source: write(SMALL, 'saved') })).json();
    const backtest = await run({ policy_id: saved.id, version: 1, agents: [other.agentId] });
    expect(backtest).toMatchObject({ policy_id: saved.id, policy_version: 1, report: { calls: 0, per_agent: [] } });
    expect((await call('GET', `/backtests?policy_id=${saved.id}`)).json().items).toHaveLength(1);
    const facts = await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', backtest.id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['backtest.created', 'backtest.ended']);
  });

  it('is canceled once, does not run then, and at most ten are under way', async () => {
    const { orgId } = app.owner;
    const ids = Array.from({ length: 10 }, () => newId());
    const BY = JSON.stringify({ kind: 'system', id: 'test' });
    const row = { org_id: orgId, policy_name: 'p', source: write(SMALL), from_at: from, to_at: to, created_by: BY };
    await app.platform.db
      .insertInto('backtests')
      .values(ids.map((id) => ({ id, ...row })))
      .execute();
    const eleventh = await call('POST', '/backtest', { source: write(SMALL), from, to });
    expect([eleventh.statusCode, eleventh.json().code]).toEqual([429, 'backtest.too_many']);
    for (const id of ids)
      expect((await call('POST', `/backtests/${id}/cancel`)).json()).toMatchObject({ state: 'canceled' });
    const again = await call('POST', `/backtests/${ids[0]}/cancel`);
    expect([again.statusCode, again.json().code]).toEqual([409, 'backtest.ended']);
    const job = { id: newId(), kind: RUN_BACKTEST, subject: null, board_id: null, created_at: from };
    const payload = { id: ids[0] };
    const ctx = systemContext(app.platform, orgId);
    expect(
      await backtestWork.run(ctx, { ...job, payload, attempts: 1, max_attempts: 1 }, async () => undefined),
    ).toEqual({
      canceled: true,
    });
    expect((await call('GET', `/backtests/${ids[0]}`)).json()).toMatchObject({ state: 'canceled', report: null });
  });

  it('refuses what is no policy, no range or no version, and strangers', async () => {
    const post = async (body: object, headers?: Record<string, string>) => {
      const answer = await call('POST', '/backtest', { from, to, ...body }, headers);
      return [answer.statusCode, answer.json().code];
    };
    expect(await post({ source: 'version: 2' })).toEqual([422, 'policy.invalid']);
    expect(await post({ source: write(SMALL), from: to, to: from })).toEqual([422, 'request.invalid']);
    expect(await post({})).toEqual([422, 'request.invalid']);
    expect(await post({ policy_id: newId(), version: 1 })).toEqual([404, 'policy_version.not_found']);
    const member = await makeMember(app, app.owner.orgId);
    expect((await post({ source: write(SMALL) }, member.headers))[0]).toBe(403);
    const { id } = await run({ source: write(SMALL) });
    const stranger = await makeMember(app, await makeOrganization(app), { role: 'owner' });
    for (const path of [`/backtests/${id}`, `/backtests/${id}/rows`, `/backtests/${id}/export`])
      expect((await call('GET', path, undefined, stranger.headers)).statusCode).toBe(404);
    expect((await call('POST', `/backtests/${id}/cancel`, {}, stranger.headers)).statusCode).toBe(404);
  });
});
