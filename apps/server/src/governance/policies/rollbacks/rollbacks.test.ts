import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { listPoliciesFor } from '#server/governance/index.ts';
import { systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeAgent } from '../../../../test/make.ts';

let app: TestApp;
let agent: string;
beforeAll(async () => {
  app = await createTestApp();
  agent = await makeAgent(app, app.owner.orgId, 'refund-agent');
});
afterAll(() => app.close());

function call(method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) {
  const { headers } = app.owner;
  return app.router.inject({ method, url: `/api/v1/policies${url}`, headers, ...(payload ? { payload } : {}) });
}

const write = (max: number, more = '') => `version: 1
name: refunds
mode: enforce
scope: { agent: refund-agent }
rules:
  - id: refund-size
    tools: { match: [billing/refund], where: { amount: { lte: ${max} } } }
  - id: order
    sequence: { require: crm/verify, before: billing/refund }
${more}`;

/** What the rules recorded: an amount that was too much, or arguments that nobody kept. */
let second = 0;
async function record(rule: string, args_view: unknown, enforcement = 'blocked') {
  await app.platform.db
    .insertInto('violations')
    .values({
      ...{ id: newId(), org_id: app.owner.orgId, agent_id: agent, tool: 'billing/refund', code: 'policy.tools' },
      ...{ rule_ref: `refunds@2:${rule}`, mode: 'enforce', verdict: 'block', enforcement },
      ...{
        explanation: 'too much',
        args_view: JSON.stringify(args_view),
        ts: new Date(Date.now() - 60_000 + ++second * 1_000),
      },
    })
    .execute();
}

it('one operation puts the version before back, and tells which recorded decisions it would make otherwise', async () => {
  const { id } = (await call('POST', '', { source: write(500) })).json();
  const activate = (version: number, mode: string) =>
    call('POST', `/${id}/activate`, { version, mode, acknowledge_unobserved: true });
  await activate(1, 'enforce');
  expect((await call('POST', `/${id}/rollback`, {})).json()).toMatchObject({ code: 'policy.never_held' });

  const stricter = write(100, '  - { id: never, tools: { deny: [shell/run] } }\n');
  await call('PUT', `/${id}`, { source: stricter, if_version: 1 });
  const diff = (await call('GET', `/${id}/versions/diff?from=1&to=2`)).json();
  expect(diff.changes.map(({ summary }: { summary: string }) => summary)).toEqual([
    'refund-size: amount ≤ 500 → ≤ 100, narrows',
    'never: rule added (tools), narrows',
  ]);
  await activate(2, 'enforce');
  await record('refund-size', { v: { amount: 300 } });
  await record('refund-size', { v: { amount: 900 } });
  await record('refund-size', { v: { amount: 300 } }, 'would_have');
  await record('refund-size', { x: 'disabled', size: 9 });
  await record('never', { v: {} });
  await record('order', { v: {} });

  const preview = (await call('POST', `/${id}/rollback`, { preview: true })).json();
  expect(preview).toMatchObject({ from: 2, to: 1, mode: 'enforce', looked_at: 6, undecidable: 1, flip_count: 2 });
  expect(preview.policy.active_version).toBe(2);
  const rolled = (await call('POST', `/${id}/rollback`, { reason: 'too strict' })).json();
  expect(rolled).toMatchObject({ policy: { active_version: 1, mode: 'enforce' }, flip_count: 2 });
  expect(rolled.flips.map(({ rule, was, would_be }: Record<string, string>) => [rule, was, would_be])).toEqual([
    ['never', 'block', 'allow'],
    ['refund-size', 'block', 'allow'],
  ]);
  const held = await listPoliciesFor(systemContext(app.platform, app.owner.orgId), [{ id: agent }]);
  expect(held.get(agent)?.policies).toMatchObject([{ policy: { name: 'refunds', version: 1 } }]);
  const fact = await app.platform.db
    .selectFrom('events')
    .select('data')
    .where('type', '=', 'policy.rolled_back')
    .executeTakeFirstOrThrow();
  expect(fact.data).toMatchObject({ version: 1, from_version: 2, mode: 'enforce', reason: 'too strict' });
  const entry = await vi.waitFor(
    () =>
      app.platform.db
        .selectFrom('audit')
        .select('record')
        .where('action', '=', 'policy.rolled_back')
        .executeTakeFirstOrThrow(),
    { timeout: 15_000, interval: 100 },
  );
  expect(entry.record).toMatchObject({
    ...{ policy: 'refunds@1', actor_id: app.owner.userId, subject: { kind: 'policy', id } },
    details: { from_version: 2, mode: 'enforce', reason: 'too strict' },
  });
  expect((await call('GET', `/${id}/activations`)).json().items[0]).toMatchObject({ kind: 'rollback', version: 1 });
  expect((await call('POST', `/${id}/rollback`, { to: 2 })).json().policy.active_version).toBe(2);
  expect((await call('POST', `/${id}/rollback`, { to: 7 })).json().code).toBe('policy.never_held');
  const versions = (await call('GET', `/${id}/versions?limit=1`)).json();
  expect(versions.items).toMatchObject([{ version: 2, author: { id: app.owner.userId } }]);
  expect((await call('GET', `/${id}/versions?cursor=${versions.next_cursor}`)).json().items).toMatchObject([
    { version: 1 },
  ]);
  expect((await call('GET', `/${id}/versions/1`)).json().source).toBe(write(500));
  expect((await call('GET', `/${id}/versions/diff?from=1&to=9`)).json().code).toBe('policy_version.not_found');
});
