import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeMember, makeOrganization, makeProcess } from '../../../test/make.ts';
import { makeRun, report } from '../../../test/report.ts';
import { judgeReadiness } from './shadows.rules.ts';

const HOUR_MS = 3_600_000;
const began = (Math.floor(Date.now() / HOUR_MS) - 30) * HOUR_MS;
let at = began;
let app: TestApp;
let payer: EnrolledProcess;
let policyId: string;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at) });
  payer = await makeProcess(app, 'payer', { tools: [{ name: 'pay' }] });
  policyId = (await call('POST', '', { source: SOURCE })).json().id;
  await call('POST', `/${policyId}/activate`, { version: 1, mode: 'monitor' });
});
afterAll(() => app.close());

const SOURCE = `version: 1
name: payments
scope: { agent_type: payer }
rules:
  - { id: small, tools: { match: [pay], where: { amount: { lte: 5 } } } }
  - { id: asked, tools: { match: [pay], where: { amount: { lte: 3 } }, action: require_approval } }
`;

const call = (
  method: 'GET' | 'POST',
  path: string,
  payload?: object,
  headers: Record<string, string> = app.owner.headers,
) => app.router.inject({ method, url: `/api/v1/policies${path}`, headers, ...(payload ? { payload } : {}) });

/** A call with what rules said of it. */
function decide(run: ReturnType<typeof makeRun>, matched: [string, string, string][], blocked = false) {
  const [verdict, mode] = blocked ? ['block', 'enforce'] : ['would_have', 'monitor'];
  return run.event('decision', {
    ...{ id: newId(), key: 'pay', tool: 'pay', verdict, mode, rule: matched[0]?.[0] },
    matched: matched.map(([rule, says, how]) => ({ rule, verdict: says, mode: how })),
  });
}

it('measures what rules in monitor would have done, by rule and hour, and whether they may be enforced', async () => {
  const [good, bad] = [makeRun(new Date(began + HOUR_MS), 'payer'), makeRun(new Date(began + 2 * HOUR_MS), 'payer')];
  at = began + 3 * HOUR_MS;
  await report(app, payer, [
    good.start(),
    good.tool({ name: 'pay', key: 'pay' }),
    decide(good, [
      ['payments@1:small', 'block', 'monitor'],
      ['payments@1:asked', 'require_approval', 'monitor'],
    ]),
    good.end(),
    bad.start(),
    decide(
      bad,
      [
        ['base@1:x', 'block', 'enforce'],
        ['payments@1:small', 'block', 'monitor'],
        ['other@1:small', 'block', 'monitor'],
      ],
      true,
    ),
    decide(bad, [['payments@1:asked', 'require_approval', 'monitor']]),
    bad.end({ status: 'error', error: { type: 'Blocked', message: 'no' } }),
  ]);
  const shadow = (await call('GET', `/${policyId}/shadow`)).json();
  expect(shadow).toMatchObject({
    ...{ version: 1, mode: 'monitor', calls: 1, would_block: 1, would_approve: 2, decided_anyway: 1 },
    ...{ runs_hit: 2, runs_hit_succeeded: 1 },
    per_rule: [
      { rule: 'asked', versions: [1], would_approve: 2, runs_hit: 2, runs_hit_succeeded: 1 },
      { rule: 'small', versions: [1], would_block: 1, decided_anyway: 1, runs_hit: 1, runs_hit_succeeded: 1 },
    ],
    readiness: { ready: false, observed_hours: 3, reasons: ['observed_under_24h', 'hits_succeeded_runs'] },
  });
  const hours = shadow.trend.map(({ t, rule, would_block, would_approve }: Record<string, unknown>) => [
    ...[(Date.parse(String(t)) - began) / HOUR_MS, rule, would_block, would_approve],
  ]);
  expect(hours).toEqual([
    [1, 'asked', 0, 1],
    [1, 'small', 1, 0],
    [2, 'asked', 0, 1],
    [2, 'small', 0, 0],
  ]);
  const later = (await call('GET', `/${policyId}/shadow?from=${new Date(began + 2.5 * HOUR_MS).toISOString()}`)).json();
  expect(later).toMatchObject({ would_block: 0, per_rule: [], trend: [] });
});

it('is ready after a day of calls without a hit on a run that succeeded', () => {
  const observed = { sinceMs: 0, nowMs: 24 * HOUR_MS, monitored: 1, calls: 9, runsHitSucceeded: 0 };
  expect(judgeReadiness(observed)).toMatchObject({ ready: true, observed_hours: 24, reasons: [] });
  expect(judgeReadiness({ ...observed, monitored: 0, calls: 0 }).reasons).toEqual(['nothing_in_monitor', 'no_calls']);
});

it('is not shown to strangers, and refuses a range that is none', async () => {
  const stranger = await makeMember(app, await makeOrganization(app), { role: 'owner' });
  expect((await call('GET', `/${policyId}/shadow`, undefined, stranger.headers)).statusCode).toBe(404);
  const [from, to] = [new Date(at).toISOString(), new Date(began).toISOString()];
  expect((await call('GET', `/${policyId}/shadow?from=${from}&to=${to}`)).statusCode).toBe(422);
});
