import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAgentsInScope, listPoliciesFor } from '#server/governance/index.ts';
import { systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type MadeMember, makeAgent, makeMember, makeOrganization } from '../../../test/make.ts';

const START = Date.parse('2026-11-24T08:00:00Z');
let at = START;
let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(at) });
});
afterAll(() => app.close());

const DAY_MS = 86_400_000;
const BASE = '/api/v1/policies';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
function call(method: Method, url: string, payload?: object, headers: Record<string, string> = app.owner.headers) {
  return app.router.inject({ method, url: `${BASE}${url}`, headers, ...(payload ? { payload } : {}) });
}

interface Text {
  name: string;
  mode?: string;
  scope?: string;
  max?: number;
}
const write = ({ name, mode = 'monitor', scope = '{ agent_type: refund-agent }', max = 200 }: Text) => `version: 1
name: ${name}
mode: ${mode}
scope: ${scope}
rules:
  - id: refund-size
    tools: { match: [billing/refund], where: { amount: { lte: ${max} } } }
tests:
  - { name: small, given: { tool: billing/refund, args: { amount: 200 } }, expect: { decision: allow } }
`;

async function create(text: Text): Promise<string> {
  const answer = await call('POST', '', { source: write(text) });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json().id;
}

const listFacts = async (policyId: string) => {
  const rows = await app.platform.db
    .selectFrom('events')
    .select(['type', 'data'])
    .where('subject_id', '=', policyId)
    .orderBy('id')
    .execute();
  return rows.map(({ type, data }) => ({ type, data: data as Record<string, unknown> })); // as it was published
};

const policiesOf = async (agentId: string) => {
  const found = await listPoliciesFor(systemContext(app.platform, app.owner.orgId), [{ id: agentId }]);
  return found.get(agentId)?.policies ?? [];
};

describe('versions', () => {
  it('are saved one after the other, never changed, and holding nothing', async () => {
    const id = await create({ name: 'saving' });
    const put = (if_version: number, max: number) =>
      call('PUT', `/${id}`, { source: write({ name: 'saving', max }), if_version, note: `at most ${max}` });
    expect((await put(1, 300)).json()).toMatchObject({
      latest_version: 2,
      active_version: null,
      mode: null,
      findings: [{ code: 'MC111' }, { code: 'MC150' }],
    });
    const late = await put(1, 400);
    expect(late.statusCode).toBe(409);
    expect(late.json()).toMatchObject({ code: 'policy.version_conflict', detail: { current_version: 2 } });
    expect((await put(2, 300)).json().latest_version).toBe(2);
    expect((await listFacts(id)).map(({ type, data }) => `${type} ${data.version}`)).toEqual([
      'policy.created 1',
      'policy.updated 2',
    ]);
    const change = app.platform.db.updateTable('policy_versions').set({ source: 'x' }).where('policy_id', '=', id);
    await expect(change.execute()).rejects.toThrow('immutable');
  });

  it('must be readable, under the one name of the policy', async () => {
    const bad = await call('POST', '', { source: write({ name: 'unreadable' }).replace('rules:', 'ruels:') });
    expect(bad.statusCode).toBe(422);
    expect(bad.json()).toMatchObject({ code: 'policy.invalid' });
    expect(bad.json().detail.findings[1]).toMatchObject({
      code: 'MC101',
      line: 5,
      fix: { edits: [{ text: 'rules' }] },
    });
    for (const odd of ['# \u0000', '# \ud800', '['.repeat(100_000), '']) {
      const source = odd.startsWith('#') ? `${write({ name: 'odd' })}${odd}\n` : odd;
      expect((await call('POST', '', { source })).statusCode).toBeLessThan(500);
    }
    const id = await create({ name: 'named' });
    expect((await call('POST', '', { source: write({ name: 'named' }) })).json().code).toBe('policy.name_taken');
    const renamed = await call('PUT', `/${id}`, { source: write({ name: 'other' }), if_version: 1 });
    expect(renamed.json().code).toBe('policy.name_fixed');
  });
});

describe('activation', () => {
  it('makes a version hold for the agents in its scope, in the mode that it is given', async () => {
    const { orgId } = app.owner;
    const inside = await makeAgent(app, orgId, 'refund-agent');
    const outside = await makeAgent(app, orgId, 'poet');
    const id = await create({ name: 'held', mode: 'enforce' });
    const monitored = await call('POST', `/${id}/activate`, { version: 1, mode: 'monitor' });
    expect(monitored.json()).toMatchObject({
      active_version: 1,
      mode: 'monitor',
      scope: { keys: ['agent_type:refund-agent'], exclude: [] },
      activated_by: { kind: 'user', id: app.owner.userId },
    });
    expect(await policiesOf(inside)).toMatchObject([
      { policy: { name: 'held', version: 1 }, rules: [{ id: 'refund-size', mode: 'monitor' }] },
    ]);
    expect(await policiesOf(outside)).toEqual([]);
    const fact = (await listFacts(id)).at(-1);
    expect(fact).toMatchObject({ type: 'policy.activated', data: { name: 'held', version: 1, mode: 'monitor' } });
    const ctx = systemContext(app.platform, orgId);
    expect(await findAgentsInScope(ctx, [{ keys: ['agent_type:refund-agent'], exclude: [] }])).toEqual([inside]);

    for (const mode of ['dry_run', 'off']) {
      await call('POST', `/${id}/activate`, { version: 1, mode });
      expect(await policiesOf(inside)).toEqual([]);
    }
    expect((await listFacts(id)).at(-1)?.type).toBe('policy.deactivated');
    const history = (await call('GET', `/${id}/activations?limit=2`)).json();
    expect(history.items.map(({ mode }: { mode: string }) => mode)).toEqual(['off', 'dry_run']);
    const rest = (await call('GET', `/${id}/activations?cursor=${history.next_cursor}`)).json();
    expect(rest.items.map(({ mode }: { mode: string }) => mode)).toEqual(['monitor']);
  });

  it('in enforce needs a day in monitor, or somebody who answers for it', async () => {
    const id = await create({ name: 'observed' });
    const enforce = (more = {}) => call('POST', `/${id}/activate`, { version: 1, mode: 'enforce', ...more });
    const early = await enforce();
    expect(early.statusCode).toBe(409);
    expect(early.json()).toMatchObject({ code: 'policy.unobserved', detail: { rules: ['refund-size'] } });
    await call('POST', `/${id}/activate`, { version: 1, mode: 'monitor' });
    at += DAY_MS - 1;
    expect((await enforce()).statusCode).toBe(409);
    at += 1;
    expect((await enforce()).json().mode).toBe('enforce');

    const hasty = await create({ name: 'hasty' });
    const body = { version: 1, mode: 'enforce', acknowledge_unobserved: true, reason: 'an incident' };
    expect((await call('POST', `/${hasty}/activate`, body)).statusCode).toBe(200);
    expect((await listFacts(hasty)).at(-1)?.data).toMatchObject({
      acknowledged_unobserved: true,
      reason: 'an incident',
    });
  });

  it('needs a text without errors, whose tests pass', async () => {
    const failing = await create({ name: 'failing', max: 100 });
    const answer = await call('POST', `/${failing}/activate`, { version: 1 });
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'policy.tests_failed',
      detail: { tests: [{ name: 'small', ok: false }] },
    });
    const source = write({ name: 'wrong' }).replace('match: [billing/refund], ', '');
    const wrong = (await call('POST', '', { source })).json();
    expect(wrong.findings).toMatchObject([{ code: 'MC112' }, { code: 'MC102' }, { severity: 'info' }]);
    const refused = await call('POST', `/${wrong.id}/activate`, { version: 1 });
    expect(refused.json()).toMatchObject({ code: 'policy.invalid', detail: { findings: [{ line: 6 }, {}, {}] } });
    expect((await call('POST', `/${wrong.id}/activate`, { version: 7 })).json().code).toBe('policy_version.not_found');
  });
});

describe('a second person', () => {
  it('agrees before a version holds, where the organization wants that', async () => {
    const org = await makeOrganization(app, 'Careful');
    const [asker, other] = [
      await makeMember(app, org, { role: 'admin' }),
      await makeMember(app, org, { role: 'admin' }),
    ];
    const as = (who: MadeMember, method: Method | 'PATCH', url: string, payload?: object) =>
      app.router.inject({ method, url: `/api/v1${url}`, headers: who.headers, ...(payload ? { payload } : {}) });
    const { settings, version } = (await as(asker, 'GET', '/governance/settings')).json();
    await as(asker, 'PUT', '/governance/settings', { settings: { ...settings, second_person: true }, version });
    const { id } = (await as(asker, 'POST', '/policies', { source: write({ name: 'careful' }) })).json();
    const activate = (mode: string) => as(asker, 'POST', `/policies/${id}/activate`, { version: 1, mode });
    expect((await activate('enforce')).json().code).toBe('policy.unobserved');
    const asked = await activate('monitor');
    expect(asked.statusCode).toBe(202);
    const approval = asked.json();
    expect(approval).toMatchObject({
      kind: 'change',
      action_type: 'policy.activate',
      requested_by: { id: asker.userId },
    });
    const read = async () => (await as(other, 'GET', `/policies/${id}`)).json();
    const decide = (who: MadeMember) =>
      as(who, 'POST', '/approvals/resolve', { items: [{ approval_id: approval.id, status: 'approved' }] });
    expect((await decide(asker)).json().items[0].error.code).toBe('approval.requester_cannot_approve');
    expect((await read()).active_version).toBeNull();
    expect((await decide(other)).json().items[0]).toMatchObject({ ok: true });
    expect(await read()).toMatchObject({ active_version: 1, mode: 'monitor', activated_by: { id: asker.userId } });
    expect((await listFacts(id)).at(-1)?.data).toMatchObject({ approval_id: approval.id, requested_by: asker.userId });
    expect((await as(asker, 'DELETE', `/policies/${id}`)).json().code).toBe('policy.active');

    const agree = async (asked: { id: string; action_type: string }) => {
      expect(asked.action_type).toMatch(/^(policy\.exception|kill\.release)$/);
      const items = [{ approval_id: asked.id, status: 'approved' }];
      return (await as(other, 'POST', '/approvals/resolve', { items })).json().items[0];
    };
    const agent_id = await makeAgent(app, org, 'spared');
    const until = new Date(app.platform.now().getTime() + 3_600_000).toISOString();
    const except = (rule: string) =>
      as(asker, 'POST', `/policies/${id}/exceptions`, { rule, agent_id, until, reason: 'The sale.' });
    expect((await except('no-such')).json().code).toBe('policy_exception.rule_unknown');
    const listExceptions = async () => (await as(other, 'GET', `/policies/${id}/exceptions`)).json().items;
    const wished = await except('refund-size');
    expect([wished.statusCode, await listExceptions()]).toEqual([202, []]);
    expect(await agree(wished.json())).toMatchObject({ ok: true });
    expect(await listExceptions()).toMatchObject([{ agent_id, approved_by: { id: other.userId } }]);

    const killed = (await as(asker, 'POST', '/kill', { scope: { agent: 'spared' }, reason: 'x' })).json();
    const release = () => as(asker, 'DELETE', `/kill/${killed.id}`);
    const [first, second] = [await release(), await release()];
    expect([first.statusCode, (await as(other, 'GET', `/kill/${killed.id}`)).json().agents]).toEqual([202, 1]);
    expect(await agree(first.json())).toMatchObject({ ok: true });
    expect((await as(other, 'GET', `/kill/${killed.id}`)).json()).toMatchObject({ agents: 0, released_percent: 100 });
    expect(await agree(second.json())).toMatchObject({ ok: false, error: { code: 'kill.state' } });
  });
});

describe('scopes', () => {
  it('name the organization, types, agents, boards and groups, and leave some of them out', async () => {
    const org = await makeOrganization(app, 'Scopes');
    const { headers } = await makeMember(app, org, { role: 'admin' });
    const [group_id, board_id] = [newId(), newId()];
    const { db } = app.platform;
    await db.insertInto('board_groups').values({ id: group_id, org_id: org, name: 'Money', slug: 'money' }).execute();
    const board = { id: board_id, org_id: org, name: 'Support Desk', slug: 'support-desk', board_group_id: group_id };
    await db.insertInto('boards').values(board).execute();
    const one = await makeAgent(app, org, 'one');
    const two = await makeAgent(app, org, 'two');
    await db.updateTable('agents').set({ board_id }).where('id', '=', two).execute();
    const scopes = {
      'a-all': '{ org: true }',
      'b-but-one': '{ org: true, exclude: { agent: one } }',
      'c-group': '{ board_group: money }',
      'd-board': '{ board: Support Desk }',
      'e-board-id': `{ board: ${board_id} }`,
      'f-types': '{ agent_type: [one, three] }',
      'g-agent': '{ agent: two }',
    };
    for (const [name, scope] of Object.entries(scopes).toReversed()) {
      const { id } = (await call('POST', '', { source: write({ name, scope }) }, headers)).json();
      expect((await call('POST', `/${id}/activate`, { version: 1 }, headers)).statusCode).toBe(200);
    }
    const found = await listPoliciesFor(systemContext(app.platform, org), [{ id: one }, { id: two }]);
    const namesOf = (id: string) => found.get(id)?.policies.map(({ policy }) => policy.name);
    expect(namesOf(one)).toEqual(['a-all', 'f-types']);
    expect(namesOf(two)).toEqual(['a-all', 'b-but-one', 'c-group', 'd-board', 'e-board-id', 'g-agent']);
  });
});

describe('archiving', () => {
  it('ends what held; the same name goes on with the next version', async () => {
    const agent = await makeAgent(app, app.owner.orgId, 'ended');
    const text = { name: 'ended', scope: '{ agent: ended }' };
    const id = await create(text);
    await call('POST', `/${id}/activate`, { version: 1 });
    expect(await policiesOf(agent)).toHaveLength(1);
    expect((await call('DELETE', `/${id}`)).statusCode).toBe(204);
    expect(await policiesOf(agent)).toEqual([]);
    expect((await listFacts(id)).at(-1)).toMatchObject({
      type: 'policy.archived',
      data: { scopes: [{ keys: ['agent:ended'] }] },
    });
    expect((await call('POST', `/${id}/activate`, { version: 1 })).json().code).toBe('policy.archived');
    const names = async (query: string) =>
      (await call('GET', query)).json().items.map(({ name }: { name: string }) => name);
    expect(await names('?q=ended')).toEqual([]);
    expect(await names('?q=ended&archived=true')).toEqual(['ended']);
    const again = await call('POST', '', { source: write(text) });
    expect(again.json()).toMatchObject({ id, latest_version: 2, archived_at: null });
    expect(await policiesOf(agent)).toEqual([]);
  });
});

it('the walk of the guide goes as it is written', async () => {
  const guide = readFileSync(new URL('../../../../../docs/policies.md', import.meta.url), 'utf8');
  const first = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const walk = /```sh\n(MC=[\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const lines = [
    ...walk.matchAll(
      /(?:jq -Rs '([^']*)' .*\| )?policy (?:-X (\w+) )?(?:-d (?:'([^']*)'|@-) )?"?\$MC\/policies([^\s"]*)/g,
    ),
  ];
  const said: unknown[] = [];
  let id = '';
  for (const [, made, method, body, path = ''] of lines) {
    const source = method === 'PUT' ? first.replace('lte: 200', 'lte: 500').replaceAll('900', '950') : first;
    const json = made?.replace(/(\w+): /g, '"$1": ').replace(': .', `: ${JSON.stringify(source)}`) ?? body;
    if (path.includes('activate')) at += DAY_MS;
    const sent = json === undefined ? undefined : JSON.parse(json);
    const answer = await call((method ?? (sent ? 'POST' : 'GET')) as Method, path.replace('$ID', id), sent);
    expect(answer.statusCode, `${path} ${answer.body}`).toBeLessThan(300);
    id ||= answer.json().id ?? '';
    said.push(answer.json());
  }
  expect(said).toMatchObject([
    { valid: true, tests: [{ ok: true }, { ok: true }, { ok: true }] },
    { latest_version: 1, active_version: null },
    { active_version: 1, mode: 'monitor' },
    { latest_version: 2 },
    { changes: [{ summary: 'refund-size: amount ≤ 200 → ≤ 500, widens' }] },
    { active_version: 2, mode: 'enforce' },
    { verdict: 'require_approval', decided_by: 'refunds@2:refund-size' },
    { from: 2, to: 1, policy: { active_version: 2 } },
    { from: 2, to: 1, policy: { active_version: 1, mode: 'monitor' } },
  ]);
});

it('editors read how policies are written, without signing in', async () => {
  const { statusCode, headers, ...answer } = await app.router.inject({ url: '/schemas/policy-v1.json' });
  expect({ statusCode, type: headers['content-type'] }).toMatchObject({
    statusCode: 200,
    type: expect.stringContaining('schema+json'),
  });
  expect(answer.json()).toMatchObject({ $id: 'policy-v1.json', required: ['version', 'name', 'scope', 'rules'] });
});

it('members read and admins write; what another organization has is not there', async () => {
  const id = await create({ name: 'private' });
  const member = await makeMember(app, app.owner.orgId);
  expect((await call('GET', `/${id}`, undefined, member.headers)).statusCode).toBe(200);
  expect((await call('POST', '', { source: write({ name: 'x' }) }, member.headers)).statusCode).toBe(403);
  const stranger = await makeMember(app, await makeOrganization(app), { role: 'admin' });
  const as = (method: Method, url: string, body?: object) => call(method, url, body, stranger.headers);
  expect((await as('GET', '')).json().items).toEqual([]);
  for (const answer of [
    await as('GET', `/${id}`),
    await as('PUT', `/${id}`, { source: write({ name: 'private' }), if_version: 1 }),
    await as('POST', `/${id}/activate`, { version: 1 }),
    await as('GET', `/${id}/activations`),
    await as('DELETE', `/${id}`),
  ])
    expect(answer.json()).toMatchObject({ code: 'policy.not_found' });
});
