import { afterAll, beforeAll, expect, it } from 'vitest';
import { createExternalApproval } from '#server/governance/index.ts';
import { inTransaction, systemContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import {
  type MadeMember,
  makeBoard,
  makeBoardGroup,
  makeGateway,
  makeMember,
  makeProcess,
} from '../../../../test/make.ts';
import { escalateApprovals } from '../escalations/escalations.service.ts';
import { expireOverdueApprovals } from '../expiry/expiry.service.ts';

let now = new Date('2026-03-01T08:00:00Z');
let app: TestApp;
let agent: { agent_id: string; headers: Record<string, string> };
let fay: MadeMember;
let lea: MadeMember;
let stranger: MadeMember;

const HASH = 'a'.repeat(64);
const toRules = () => `
  - { id: anybody, tools: { match: [pay], action: require_approval } }
  - { id: alike, tools: { match: [refund, purge], action: require_approval }, approval: { grant: shape, shape: [amount, to.id], max_uses: 3 } }
  - { id: departments, tools: { match: [wire], action: require_approval }, approval: { joint: ["group:Finance", "group:Legal"] } }
  - { id: named, tools: { match: [mail], action: require_approval }, approval: { from: ["user:${fay.userId.toUpperCase()}@example.com"], timeout: 10m, on_timeout: allow, escalate_to: ["user:${lea.userId}@example.com"] } }
  - { id: nobody, tools: { match: [none], action: require_approval }, approval: { from: ["role:wizard"] } }`;

beforeAll(async () => {
  app = await createTestApp({ now: () => now });
  const { orgId } = app.owner;
  const department = async (name: string) =>
    makeBoard(app, orgId, { groupId: await makeBoardGroup(app, orgId, name), name });
  fay = await makeMember(app, orgId, { boards: { [await department('Finance')]: 'write' } });
  lea = await makeMember(app, orgId, { boards: { [await department('Legal')]: 'write' } });
  stranger = await makeMember(app, orgId, {});
  agent = await makeAskingAgent('clerk');
  const source = `version: 1\nname: people\nmode: enforce\nscope: { org: true }\nrules:${toRules()}\n`;
  const { id } = (await send('POST', '/policies', app.owner.headers, { source })).json();
  const activation = { version: 1, acknowledge_unobserved: true };
  const activated = await send('POST', `/policies/${id}/activate`, app.owner.headers, activation);
  expect(activated.statusCode, activated.body).toBe(200);
});
afterAll(() => app.close());

const send = (method: 'POST' | 'GET', url: string, headers: Record<string, string>, payload?: object) =>
  app.router.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) });

async function makeAskingAgent(slug: string) {
  const tools = [
    { name: 'mail', side_effect: 'idempotent_write' },
    { name: 'refund' },
    { name: 'purge', data: { write: ['vault'] } },
  ];
  const manifest = { tools, data_stores: [{ name: 'vault', sensitivity: 'restricted' }] };
  const { headers, agentId } = await makeProcess(app, slug, manifest);
  return { headers, agent_id: agentId };
}

const toQuestion = (rule: string, tool: string, more: object = {}) => ({
  ...{ id: newId(), agent_id: agent.agent_id, run_id: newId(), step_key: `root/tool:${tool}#1`, kind: 'tool', tool },
  ...{ rules: [`people@1:${rule}`], args: { amount: 900 }, args_hash: HASH, explanation: 'Needs approval.' },
  ...more,
});
async function ask(rule: string, tool: string, more: object = {}) {
  const answer = await send('POST', '/approvals', agent.headers, toQuestion(rule, tool, more));
  expect(answer.statusCode, answer.body).toBe(200);
  return answer.json();
}
const vote = (id: string, by: { headers: Record<string, string> }, body: object = {}) =>
  send('POST', `/approvals/${id}/decisions`, by.headers, { decision: 'approved', args_hash: HASH, ...body });
const look = async (id: string, by: { headers: Record<string, string> } = agent) =>
  (await send('GET', `/approvals/${id}`, by.headers)).json();
const consume = (grant: { id: string }, body: object = {}, by = agent) =>
  send('POST', `/grants/${grant.id}/consume`, by.headers, { step_key: 'root/tool:pay#1', args_hash: HASH, ...body });
const wait = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};

it('a question is answered by leave for exactly that call, which is used once', async () => {
  const question = toQuestion('anybody', 'pay', {
    confidence: 0.42,
    risk_score: 0.5,
    risk_factors: { side_effect: 0.45 },
  });
  const asked = (await send('POST', '/approvals', agent.headers, question)).json();
  expect(asked).toMatchObject({
    ...{ kind: 'policy', status: 'pending', rules: ['people@1:anybody'], confidence: 42, risk_score: 0.5, grant: null },
    payload: { reason: 'Needs approval.', args: { amount: 900 } },
  });
  expect((await send('POST', '/approvals', agent.headers, question)).json().id).toBe(asked.id);
  const twice = toQuestion('anybody', 'pay', { explanation: 'Asked twice.' });
  const both = await Promise.all([1, 2].map(() => send('POST', '/approvals', agent.headers, twice)));
  expect(both.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  await send('POST', `/approvals/${twice.id}/cancel`, agent.headers);
  const waiting = send('GET', `/approvals/${asked.id}/wait?timeout_s=20`, agent.headers);
  expect((await vote(asked.id, app.owner, { args_hash: 'b'.repeat(64) })).json().code).toBe('approval.args_mismatch');
  expect((await vote(asked.id, app.owner, { comment: 'Fine.' })).json()).toMatchObject({ status: 'approved' });
  const { grant, comment } = (await waiting).json();
  expect(comment).toBe('Fine.');
  const other = await makeAskingAgent('other');
  const codes = [
    await consume(grant, { args_hash: 'b'.repeat(64) }),
    await consume(grant, { step_key: 'root/tool:pay#2' }),
    await consume(grant, {}, other),
    ...(await Promise.all(Array.from({ length: 8 }, () => consume(grant)))),
  ].map((answer) => answer.json().code ?? 'ok');
  expect(codes.slice(0, 3)).toEqual(['grant.mismatch', 'grant.mismatch', 'grant.not_found']);
  expect(codes.slice(3).sort()).toEqual([...Array.from({ length: 7 }, () => 'grant.used'), 'ok']);
  expect(await look(asked.id)).toMatchObject({ consumed_at: expect.any(String), grant: null });
  const listed = (await send('GET', '/approvals?kind=policy&risk_min=0.4', app.owner.headers)).json();
  expect(listed.items.map(({ id }: { id: string }) => id)).toContain(asked.id);
});

it('leave ends after a quarter of an hour, and with a no that comes before its use', async () => {
  const late = await ask('anybody', 'pay');
  await vote(late.id, app.owner);
  const revoked = await ask('anybody', 'pay');
  await vote(revoked.id, app.owner);
  const [lateGrant, revokedGrant] = [(await look(late.id)).grant, (await look(revoked.id)).grant];
  expect((await vote(revoked.id, app.owner, { decision: 'rejected' })).json().status).toBe('rejected');
  expect((await consume(revokedGrant)).json().code).toBe('grant.used');
  wait(15 * 60);
  expect((await consume(lateGrant)).json().code).toBe('grant.expired');
});

it('leave is for the one call where people say no more, where its shape is not whole, or where stores are restricted', async () => {
  const pins = { amount: 900, 'to.id': 'b'.repeat(64) };
  const single = await ask('alike', 'refund', { pins });
  await vote(single.id, app.owner);
  const secret = await ask('alike', 'purge', { pins });
  const partly = await ask('alike', 'refund', { pins: { amount: 900 } });
  const unasked = await ask('anybody', 'pay', { pins });
  for (const { id } of [secret, partly, unasked]) await vote(id, app.owner, { allow_like: true });
  for (const { id } of [single, secret, partly, unasked])
    expect((await look(id)).grant).toMatchObject({ uses_left: 1, pins: null });
});

it('departments fill a place each; who was not asked neither decides nor reads it', async () => {
  const { id, required_approvals } = await ask('departments', 'wire');
  expect(required_approvals).toBe(2);
  expect((await vote(id, stranger)).statusCode).toBe(404);
  expect((await look(id, stranger)).code).toBe('approval.not_found');
  expect((await look(id, fay)).id).toBe(id);
  expect((await send('GET', '/approvals?mine=true&kind=policy', fay.headers)).json().items).toMatchObject([{ id }]);
  expect((await vote(id, fay)).json()).toMatchObject({ status: 'pending' });
  expect((await vote(id, fay)).json().code).toBe('approval.already_decided');
  expect((await vote(id, app.owner)).json().status).toBe('approved'); // the owner may write everywhere: for Legal
});

it('persons are asked by address; others join as time passes; in the end the call goes on where the rule says so', async () => {
  const { id } = await ask('named', 'mail');
  expect((await vote(id, lea)).statusCode).toBe(404);
  await escalateApprovals(app.platform);
  expect((await look(id)).escalation_level).toBe(0);
  wait(5 * 60);
  await escalateApprovals(app.platform);
  expect(await look(id)).toMatchObject({ escalation_level: 1, status: 'pending' });
  expect((await look(id, lea)).id).toBe(id);
  wait(5 * 60);
  await expireOverdueApprovals(app.platform);
  expect(await look(id)).toMatchObject({ resolution: 'expired', grant: { uses_left: 1 } });
});

it('a call that cannot be taken back never happens because nobody looked, and one that is overdue expires when looked at', async () => {
  const { id } = await ask('named', 'unknown');
  wait(10 * 60);
  expect(await look(id)).toMatchObject({ resolution: 'expired', on_timeout: 'deny', grant: null });
});

it('a question that nobody could answer has run out at once', async () => {
  expect(await ask('nobody', 'none')).toMatchObject({ status: 'rejected', resolution: 'expired', grant: null });
});

it('whoever asks may stop waiting, and asks only for its own agents and by rules that hold', async () => {
  const { id } = await ask('anybody', 'pay');
  const other = await makeAskingAgent('another');
  expect((await send('POST', `/approvals/${id}/cancel`, other.headers)).json().code).toBe('approval.not_found');
  expect((await send('POST', `/approvals/${id}/cancel`, agent.headers)).json().resolution).toBe('withdrawn');
  expect((await vote(id, app.owner)).json().code).toBe('approval.not_reopenable');
  const codes = [
    await send('POST', '/approvals', other.headers, toQuestion('anybody', 'pay')),
    await send('POST', '/approvals', agent.headers, toQuestion('gone', 'pay')),
    await send('POST', '/approvals', other.headers, toQuestion('anybody', 'pay', { id, agent_id: other.agent_id })),
  ].map((answer) => answer.json().code);
  expect(codes).toEqual(['agent.not_found', 'approval.rule_unknown', 'approval.id_taken']);
});

it('what a gateway asks by a rule is for those whom the rule asks, and is answered there', async () => {
  const ctx = systemContext(app.platform, app.owner.orgId);
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const request = (rules: string[]) => ({
    ...{
      externalRef: `${gatewayId}:plugin:${newId()}`,
      boardId: null,
      agentId: agent.agent_id,
      runId: null,
      stepKey: null,
      tool: 'mail',
      call: undefined,
      rules,
    },
    ...{ actionType: 'gateway.plugin', payload: { reason: 'A plugin asks.' } },
    expiresAt: new Date(now.getTime() + 60_000),
  });
  const take = (rules: string[]) => inTransaction(ctx, (tx) => createExternalApproval(tx, request(rules)));
  const asked = await take(['people@1:named']);
  expect(asked).toMatchObject({ kind: 'policy', rules: ['people@1:named'], status: 'pending' });
  const vote = (by: MadeMember) =>
    send('POST', `/approvals/${asked?.id}/decisions`, by.headers, {
      decision: 'approved',
      args_hash: asked?.args_hash,
    });
  expect((await vote(stranger)).statusCode).toBe(404);
  expect((await vote(fay)).json().status).toBe('approved');
  expect((await look(asked?.id ?? '', fay)).grant).toBeNull();
  expect(await take(['gone@1:rule'])).toMatchObject({ kind: 'gateway_exec' });
});

it('where a rule lets them, people allow calls of a run like the one that they saw, so many and for a day', async () => {
  const pins = { amount: 900, 'to.id': 'b'.repeat(64) };
  const asked = await ask('alike', 'refund', { pins });
  expect(asked.payload.like).toEqual({ pins, uses: 3 });
  expect((await vote(asked.id, app.owner, { allow_like: true })).json()).toMatchObject({
    consumed_at: expect.any(String),
  });
  const { grant } = await look(asked.id);
  expect(grant).toMatchObject({ uses_left: 3, pins });

  const like = { run_id: asked.run_id, tool: 'refund', pins: { ...pins, amount: 100 } };
  const useLike = (more: object = {}) =>
    consume(grant, { step_key: 'root/tool:refund#2', args_hash: 'c'.repeat(64), like: { ...like, ...more } });
  const { 'to.id': _, ...fewer } = pins;
  const others = [{ pins: { ...pins, amount: 901 } }, { pins: { ...pins, 'to.id': HASH } }, { pins: fewer }];
  for (const other of [...others, { tool: 'pay' }, { run_id: newId() }])
    expect((await useLike(other)).json().code, JSON.stringify(other)).toBe('grant.mismatch');
  expect((await consume(grant, { step_key: asked.step_key })).json()).toMatchObject({ uses_left: 2 });
  expect((await useLike()).json()).toMatchObject({ uses_left: 1 });
  const last = await Promise.all([useLike(), useLike()]);
  expect(last.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect((await useLike()).json().code).toBe('grant.used');

  const daily = await ask('alike', 'refund', { pins, run_id: asked.run_id });
  await vote(daily.id, app.owner, { allow_like: true });
  const leave = (await look(daily.id)).grant;
  for (let hour = 0; hour < 24; hour++) {
    wait(3_600);
    await look(daily.id); // a process that is not silent for a day
  }
  expect((await consume(leave, { like })).json().code).toBe('grant.expired');
});
