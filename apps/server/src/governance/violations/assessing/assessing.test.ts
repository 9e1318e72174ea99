import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeMember, makeOrganization, makeProcess, makeServiceKey } from '../../../../test/make.ts';
import { makeRun, report } from '../../../../test/report.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

function call(
  method: 'GET' | 'PUT' | 'PATCH',
  url: string,
  payload?: object,
  headers: Record<string, string> = app.owner.headers,
) {
  return app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });
}

const MANIFEST = {
  tools: [{ name: 'db/write', side_effect: 'idempotent_write', external: true, data: { write: ['crm'] } }],
  data_stores: [{ name: 'crm', sensitivity: 'confidential' }],
};

it('weighs the risk of a violation, explained, and keeps what its run had done before for people', async () => {
  const worker = await makeProcess(app, 'risky', MANIFEST);
  const run = makeRun(new Date(), 'risky');
  const id = newId();
  const decided = { verdict: 'block', mode: 'enforce', args_view: { v: { sql: 'delete' } } };
  const rule = 'data@2:no-writes';
  const { answer } = await report(app, worker, [
    run.start({ name: 'clean up' }),
    run.call({ in: { v: 'what now?' }, out: { v: 'delete it' } }),
    run.event('decision', { ...decided, id: newId(), key: 'a', tool: 'mail/send', rule: 'capability.tool_undeclared' }),
    run.tool({ name: 'db/write' }),
    // Behind the other by its own time: only what was before counts.
    {
      ...run.event('decision', {
        ...decided,
        id,
        key: 'b',
        tool: 'db/write',
        rule,
        matched: [{ rule, code: 'tools.deny', line: 7 }],
      }),
      ts: new Date(Date.now() + 1_000).toISOString(),
    },
  ]);
  expect(answer.rejected).toEqual([]);
  const find = async () => (await call('GET', `/violations/${id}`)).json();
  await expect.poll(async () => (await find()).risk_score, { timeout: 20_000 }).not.toBeNull();
  const found = await find();
  expect(found).toMatchObject({ code: 'policy.tools', rule_ref: rule, line: 7 });
  const factors = Object.fromEntries(
    found.risk_factors.map(({ factor, weight }: { factor: string; weight: number }) => [factor, weight]),
  );
  expect(factors).toEqual({
    ...{
      writes_idempotently: 0.25,
      confidential_store: 0.2,
      external: 0.15,
      earlier_violation: 0.25,
      written_command: 0.2,
    },
  });
  expect(found.risk_score).toBeCloseTo(1 - 0.75 * 0.8 * 0.85 * 0.75 * 0.8, 4);
  expect(found.history_hash).toMatch(/^[0-9a-f]{64}$/);
  expect(found.context).toMatchObject({
    run_name: 'clean up',
    steps: [
      { name: 'plan', kind: 'llm' },
      { name: 'db/write', kind: 'tool' },
    ],
    last_call: { in: { v: 'what now?' }, out: { v: 'delete it' } },
  });
  const key = { authorization: `Bearer ${await makeServiceKey(app, { scopes: ['read'] })}` };
  expect((await call('GET', `/violations/${id}`, undefined, key)).json().context).toBeNull();
});

it('weighs by the settings of the organization, which two people cannot change over each other', async () => {
  const before = (await call('GET', '/governance/settings')).json();
  expect(before).toMatchObject({ version: 0, settings: { risk_weights: { acts_for_good: 0.45 } } });
  const settings = { risk_weights: { acts_for_good: 1 } };
  const saved = await call('PUT', '/governance/settings', { settings, version: 0 });
  expect(saved.json()).toMatchObject({ version: 1, settings: { risk_weights: { acts_for_good: 1, reads: 0.05 } } });
  expect((await call('PUT', '/governance/settings', { settings, version: 0 })).json().code).toBe(
    'settings.version_conflict',
  );
  expect(
    (await call('PUT', '/governance/settings', { settings: { risk_weights: { reads: 2 } }, version: 1 })).statusCode,
  ).toBe(422);
  const worker = await makeProcess(app, 'weighed');
  const run = makeRun(new Date(), 'weighed');
  const id = newId();
  await report(app, worker, [
    run.start(),
    run.event('decision', {
      id,
      key: 'a',
      tool: 'x',
      verdict: 'block',
      mode: 'enforce',
      rule: 'capability.tool_undeclared',
    }),
  ]);
  await expect
    .poll(async () => (await call('GET', `/violations/${id}`)).json().risk_score, { timeout: 20_000 })
    .toBe(1);
});

it('is given to a person of the organization, with a note, and found by them', async () => {
  const [violation] = (await call('GET', '/violations?tool=mail/send')).json().items;
  const patch = (body: object) => call('PATCH', `/violations/${violation.id}`, body);
  const stranger = await makeMember(app, await makeOrganization(app), { role: 'owner' });
  expect((await patch({ assignee_user_id: stranger.userId })).json().code).toBe('violation.assignee_unknown');
  const mate = await makeMember(app, app.owner.orgId, { name: 'Kim' });
  const given = await patch({ assignee_user_id: mate.userId, state: 'acknowledged', note: 'looking' });
  expect(given.json()).toMatchObject({
    assignee_name: 'Kim',
    state: 'acknowledged',
    note: 'looking',
    state_by: { kind: 'user' },
  });
  const { items } = (await call('GET', `/violations?assignee_user_id=${mate.userId}`)).json();
  expect(items.map(({ id }: { id: string }) => id)).toEqual([violation.id]);
  expect((await patch({ assignee_user_id: null })).json()).toMatchObject({
    assignee_user_id: null,
    assignee_name: null,
  });
});

it('is counted by rule, agent and tool, over time, in whatever version of the policy', async () => {
  const worker = await makeProcess(app, 'counted');
  const run = makeRun(new Date(), 'counted');
  const decide = (version: number, tool: string, mode: string) =>
    run.event('decision', {
      id: newId(),
      key: 'k',
      tool,
      verdict: mode === 'monitor' ? 'would_have' : 'block',
      mode,
      rule: `counts@${version}:r`,
    });
  await report(app, worker, [
    run.start(),
    decide(1, 'a', 'enforce'),
    decide(2, 'a', 'enforce'),
    decide(2, 'b', 'monitor'),
  ]);
  const summary = async (query: string) => (await call('GET', `/violations/summary?${query}`)).json();
  const byRule = await summary('group_by=rule');
  expect(byRule.items.find(({ key }: { key: string }) => key === 'counts:r')).toMatchObject({
    ...{ count: 3, blocked: 2, would_have: 1, open: 3, false_positive: 0 },
  });
  const agent = (await summary('group_by=agent&per=day')).items.find(
    ({ key }: { key: string }) => key === worker.agentId,
  );
  expect(agent).toMatchObject({ name: 'counted', count: 3 });
  expect(agent.trend.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(3);
  const byTool = await summary('group_by=tool&limit=1');
  expect([byTool.items.length, byTool.total > byTool.items[0].count]).toEqual([1, true]);
  expect((await call('GET', '/violations/summary?from=2020-01-01T00:00:00Z')).statusCode).toBe(422);
  // Equal ones of ten minutes are one line, whatever the version.
  expect((await call('GET', '/violations?rule=counts:r')).json().items).toHaveLength(3);
  expect((await call('GET', '/violations?rule=counts@2:r')).json().items).toHaveLength(2);
  const groups = (await call('GET', '/violations?rule=counts:r&tool=a&grouped=true')).json().items;
  expect(groups.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(2);
  const elsewhere = await makeMember(app, await makeOrganization(app), { role: 'owner' });
  expect((await call('GET', '/violations/summary', undefined, elsewhere.headers)).json()).toMatchObject({
    total: 0,
    items: [],
  });
});
