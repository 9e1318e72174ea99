import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeAgent, makeMember, makeOrganization, makeProcess } from '../../../../test/make.ts';

let app: TestApp;
let agentId: string;
beforeAll(async () => {
  app = await createTestApp();
  const tools = [
    { name: 'billing/refund', schema: { type: 'object', properties: { amount: {} } }, side_effect: 'non_idempotent' },
    { name: 'crm/read', side_effect: 'read' },
  ];
  ({ agentId } = await makeProcess(app, 'refund-agent', { tools }));
});
afterAll(() => app.close());

type Method = 'GET' | 'POST' | 'DELETE';
function call(method: Method, url: string, payload?: object, headers: Record<string, string> = app.owner.headers) {
  return app.router.inject({ method, url: `/api/v1/policies${url}`, headers, ...(payload ? { payload } : {}) });
}

/** As the database writes it: without zeros at the end. */
const inAnHour = () => new Date(Math.floor(Date.now() / 1_000) * 1_000 + 3_600_123).toISOString();

const write = (rules: string, { name = 'draft', mode = 'enforce', scope = '{ agent_type: refund-agent }' } = {}) =>
  `version: 1\nname: ${name}\nmode: ${mode}\nscope: ${scope}\nrules:\n${rules}\n`;

async function activate(source: string): Promise<string> {
  const { id } = (await call('POST', '', { source })).json();
  const answer = await call('POST', `/${id}/activate`, { version: 1, acknowledge_unobserved: true });
  expect(answer.statusCode, answer.body).toBe(200);
  return id;
}

describe('lint', () => {
  it('knows what agents in scope declare, and who there is', async () => {
    const source = write(
      `  - { id: a, tools: { match: [billing/refnd], where: { amount: 1 } } }
  - { id: b, tools: { match: [billing/refund], where: { amuont: 1 } } }
  - { id: c, tools: { allow: [billing/refund], action: require_approval }, approval: { from: [role:amdin], on_timeout: allow } }`,
    );
    const { findings, valid, agents_in_scope } = (await call('POST', '/lint', { source })).json();
    expect({ valid, agents_in_scope }).toEqual({ valid: false, agents_in_scope: 1 });
    const found = findings.map(({ code, line, message }: Record<string, string>) => `${code} ${line} ${message}`);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^MC110 6 .*Did you mean "billing\/refund"/),
        expect.stringMatching(/^MC113 7 .*"amuont"/),
        expect.stringMatching(/^MC111 8 .*"admin"/),
        expect.stringMatching(/^MC141 8 .*billing\/refund cannot be taken back/),
        expect.stringMatching(/^MC118 8 .*crm\/read/),
      ]),
    );
    const unread = (await call('POST', '/lint', { source: 'version: 1\nname: [' })).json();
    expect(unread).toMatchObject({ valid: false, agents_in_scope: null, findings: [{ code: 'MC100' }] });
  });

  it('says when nobody in scope reports what a condition asks for', async () => {
    const source = write(
      '  - { id: unsure, escalate: { when: { confidence: { lt: 0.5 } }, before: output, to: role:admin } }',
    );
    const codes = async () =>
      (await call('POST', '/lint', { source })).json().findings.map(({ code }: { code: string }) => code);
    expect(await codes()).not.toContain('MC122');
    const at = new Date();
    const id = newId(at);
    await app.platform.db
      .insertInto('runs')
      .values({
        ...{ org_id: app.owner.orgId, day: at.toISOString().slice(0, 10), id, root_run_id: id, agent_id: agentId },
        ...{ source: 'sdk', name: 'r', status: 'ok', started_at: at, last_event_at: at },
      })
      .execute();
    expect(await codes()).toContain('MC122');
  });
});

describe('explain', () => {
  const size = `  - id: refund-size
    tools: { match: [billing/refund], where: { amount: { lte: 200 } }, action: require_approval }
    approval: { from: [role:admin], k: 2 }
  - id: order
    sequence: { require: crm/read, before: billing/refund }
  - id: errors
    breaker: { watch: error_rate, over: 15%, window: 5m, min_calls: 20, scope: agent, action: pause }`;

  it('says what holds for an agent, by which lines, and what an exception or a draft would change', async () => {
    const id = await activate(write(size, { name: 'refunds' }));
    const ask = async (more: object = {}) =>
      (
        await call('POST', '/explain', { agent_id: agentId, tool: 'billing/refund', args: { amount: 900 }, ...more })
      ).json();
    const first = await ask();
    expect(first).toMatchObject({
      verdict: 'block',
      stage: 'where',
      decided_by: 'refunds@1:order',
      policies: ['refunds@1'],
    });
    expect(first.matched[0]).toMatchObject({ rule: 'refunds@1:refund-size', shadowed_by: 'refunds@1:order' });
    const context = { history: ['crm/read'] };
    expect(await ask({ context })).toMatchObject({
      ...{ verdict: 'require_approval', decided_by: 'refunds@1:refund-size', approval: { from: ['role:admin'], k: 2 } },
      matched: [{ line: 6, scope: 'agent_type', failed: [{ path: 'amount', op: 'lte', expected: 200, actual: 900 }] }],
      text: expect.stringContaining('amount is 900'),
    });
    expect(await ask({ tool: 'shell/run', args: {} })).toMatchObject({ stage: 'capability' });

    const setState = (control_state: string) =>
      app.platform.db.updateTable('agents').set({ control_state }).where('id', '=', agentId).execute();
    await setState('paused');
    expect(await ask()).toMatchObject({ verdict: 'block', stage: 'control', decided_by: 'control' });
    await setState('active');
    const { db } = app.platform;
    const breaker = {
      id: newId(),
      key: 'refunds:errors|agent',
      rule_key: 'refunds:errors',
      rule_ref: 'refunds@1:errors',
    };
    await db
      .insertInto('breakers')
      .values({
        ...{ ...breaker, org_id: app.owner.orgId, agent_id: agentId, rule: '{}', mode: 'enforce' },
        ...{ state: 'open', effect: 'pause', held_by: '{}' },
      })
      .execute();
    expect(await ask()).toMatchObject({ verdict: 'block', stage: 'breaker', decided_by: 'refunds@1:errors' });
    await db.deleteFrom('breakers').where('id', '=', breaker.id).execute();

    const until = inAnHour();
    const body = { rule: 'refund-size', agent_id: agentId, until, reason: 'a customer in need' };
    expect((await call('POST', `/${id}/exceptions`, body)).statusCode).toBe(201);
    const excepted = await ask({ context });
    expect(excepted).toMatchObject({ verdict: 'allow', exceptions: [{ rule: 'refunds@1:refund-size', until }] });
    const draft = write('  - { id: stop, tools: { deny: ["billing/**"] } }', { name: 'refunds' });
    expect(await ask({ context, draft })).toMatchObject({ verdict: 'block', decided_by: 'refunds@2:stop' });
    const wrong = await call('POST', '/explain', { agent_id: agentId, tool: 'x', draft: 'name: x' });
    expect(wrong.json().code).toBe('policy.invalid');
  });

  it('says what would hold for an agent of a scope that is not there yet', async () => {
    await activate(
      write('  - { id: cap, limits: { per: run, tokens: 100, on_exceed: block } }', {
        name: 'caps',
        scope: '{ board: ops }',
      }),
    );
    const ask = async (scope: object, tokens: number) =>
      (await call('POST', '/explain', { scope, tool: 'x/y', context: { tokens } })).json();
    expect(await ask({ board: 'ops' }, 100)).toMatchObject({
      verdict: 'block',
      stage: 'limit',
      decided_by: 'caps@1:cap',
    });
    expect(await ask({ board: 'ops' }, 9)).toMatchObject({ verdict: 'allow', policies: ['caps@1'] });
    expect(await ask({ board: 'other' }, 100)).toMatchObject({ verdict: 'allow', policies: [] });
    expect((await call('POST', '/explain', { tool: 'x' })).statusCode).toBe(422);
    const member = await makeMember(app, app.owner.orgId);
    const unseen = await call('POST', '/explain', { agent_id: agentId, tool: 'x' }, member.headers);
    expect(unseen.json().code).toBe('agent.not_found');
    const stranger = await makeAgent(app, await makeOrganization(app));
    expect((await call('POST', '/explain', { agent_id: stranger, tool: 'x' })).json().code).toBe('agent.not_found');
  });
});

describe('exceptions', () => {
  it('and policies reach the bundle of a process as they come and go, and as its agent changes places', async () => {
    const { agentId: id, headers } = await makeProcess(app, 'mover');
    const policyId = await activate(
      write('  - { id: never, tools: { deny: [shell/run] } }', { name: 'typed', scope: '{ agent_type: moved }' }),
    );
    let etag = '';
    const read = async () => {
      const asked = { ...headers, 'if-none-match': etag };
      const answer = await app.router.inject({ url: `/api/v1/agents/${id}/bundle`, headers: asked });
      etag = String(answer.headers.etag);
      if (answer.statusCode === 304) return 'the same';
      const { policies, exceptions, bundle } = answer.json();
      return { bundle, policies: policies.map(({ policy }: { policy: { name: string } }) => policy.name), exceptions };
    };
    const { bundle } = (await read()) as { bundle: number };
    expect(await read()).toBe('the same');
    await app.platform.db.updateTable('agents').set({ agent_type: 'moved' }).where('id', '=', id).execute();
    expect(await read()).toEqual({ bundle, policies: ['typed'], exceptions: [] });
    const until = inAnHour();
    const body = { rule: 'never', agent_id: id, until, reason: 'a test' };
    const made = (await call('POST', `/${policyId}/exceptions`, body)).json();
    expect(await read()).toEqual({
      bundle: bundle + 1,
      policies: ['typed'],
      exceptions: [{ rule: 'typed@1:never', until }],
    });
    await call('DELETE', `/${policyId}/exceptions/${made.id}`);
    expect(await read()).toEqual({ bundle: bundle + 2, policies: ['typed'], exceptions: [] });
    await call('DELETE', `/${policyId}`);
    expect(await read()).toEqual({ bundle: bundle + 3, policies: [], exceptions: [] });
  });

  it('last at most 90 days, are of a rule that is there, one for each agent, by who may write where the policy holds', async () => {
    const { orgId } = app.owner;
    const board = { id: newId(), org_id: orgId, name: 'Desk', slug: 'desk' };
    await app.platform.db.insertInto('boards').values(board).execute();
    const agent_id = await makeAgent(app, orgId, 'clerk');
    const id = await activate(
      write('  - { id: never, tools: { deny: [shell/run] } }', { name: 'desk', scope: '{ board: desk }' }),
    );
    const other = await activate(
      write('  - { id: never, tools: { deny: [shell/run] } }', { name: 'wide', scope: '{ org: true }' }),
    );
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const body = { rule: 'never', agent_id, until: inDays(30), reason: 'migration' };
    const writer = await makeMember(app, orgId, { boards: { [board.id]: 'write' } });
    const reader = await makeMember(app, orgId, { boards: { [board.id]: 'read' } });
    const post = (policy: string, payload: object, headers = writer.headers) =>
      call('POST', `/${policy}/exceptions`, payload, headers);
    expect((await post(id, body, reader.headers)).statusCode).toBe(403);
    expect((await post(other, body)).statusCode).toBe(403);
    for (const days of [-1, 91])
      expect((await post(id, { ...body, until: inDays(days) })).json().code).toBe('request.invalid');
    expect((await post(id, { ...body, rule: 'ever' })).json().code).toBe('policy_exception.rule_unknown');
    expect((await post(id, { ...body, agent_id: newId() })).json().code).toBe('agent.not_found');
    const made = (await post(id, body)).json();
    expect(made).toMatchObject({ policy_name: 'desk', agent_slug: 'clerk', approved_by: { id: writer.userId } });
    expect((await post(id, body)).json().code).toBe('policy_exception.exists');
    const list = async () => (await call('GET', `/${id}/exceptions`, undefined, reader.headers)).json().items;
    expect(await list()).toEqual([made]);
    expect((await call('DELETE', `/${id}/exceptions/${made.id}`, undefined, reader.headers)).statusCode).toBe(403);
    expect((await call('DELETE', `/${id}/exceptions/${made.id}`, undefined, writer.headers)).statusCode).toBe(204);
    expect((await call('DELETE', `/${id}/exceptions/${made.id}`)).json().code).toBe('policy_exception.not_found');
    expect(await list()).toEqual([]);
    const stranger = await makeMember(app, await makeOrganization(app), { role: 'admin' });
    expect((await post(id, body, stranger.headers)).json().code).toBe('policy.not_found');
    const facts = await app.platform.db
      .selectFrom('events')
      .select('type')
      .where('subject_id', '=', made.id)
      .orderBy('id')
      .execute();
    expect(facts.map(({ type }) => type)).toEqual(['policy.exception_created', 'policy.exception_deleted']);
  });
});
