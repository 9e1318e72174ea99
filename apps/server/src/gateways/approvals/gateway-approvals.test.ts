import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { remindOfApprovals } from '#server/governance/approvals/expiry/expiry.service.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type AgentsOnGateway, startAgentsOnGateway } from '../../../test/gateway/agents-on-gateway.ts';
import { type MadeAgent, type MadeMember, makeGatewayAgent, makeMember } from '../../../test/make.ts';

let app: TestApp;
let place: AgentsOnGateway;
let agent: MadeAgent;
let member: MadeMember;
beforeAll(async () => {
  app = await createTestApp();
  member = await makeMember(app, app.owner.orgId, { all_boards_read: true, all_boards_write: true });
});
afterAll(() => app.close());
beforeEach(async () => {
  place = await startAgentsOnGateway(app);
  const { boardId, gatewayId } = place;
  agent = await makeGatewayAgent(app, app.owner.orgId, { kind: 'worker', gatewayId, boardId });
});
afterEach(async () => {
  await place.gateway.close();
});

interface Approval {
  id: string;
  status: string;
  resolution: string | null;
  consumed_at: string | null;
  [field: string]: unknown;
}

const TIMEOUT = { timeout: 20_000 };
const SLOW = { timeout: 60_000 };
const listOf = async (command: string, headers = app.owner.headers): Promise<Approval[]> => {
  const url = `/api/v1/approvals?kind=gateway_exec&q=${encodeURIComponent(command)}`;
  return (await app.router.inject({ url, headers })).json().items;
};
const findOf = async (command: string) => (await listOf(command))[0];
const becomes = (command: string, fields: Partial<Approval>) =>
  expect.poll(() => findOf(command), TIMEOUT).toMatchObject(fields);

/** A request of the agent's, once it is in the inbox. */
async function ask(command: string, more: Record<string, unknown> = {}) {
  const gatewayAgentId = `mc-${agent.agentId}`;
  const raised = place.gateway.raiseApproval('exec', {
    ...{ command, agentId: gatewayAgentId, sessionKey: `agent:${gatewayAgentId}:main` },
    ...{ runId: randomUUID(), toolCallId: 'call_1', ...more },
  });
  await becomes(command, { status: 'pending' });
  const approval = await findOf(command);
  if (!approval) throw new Error('the approval was there a moment ago');
  return { raised, approval };
}

const decide = (id: string, status: 'approved' | 'rejected', headers = app.owner.headers) =>
  app.router.inject({
    method: 'POST',
    url: '/api/v1/approvals/resolve',
    headers,
    payload: { items: [{ approval_id: id, status }] },
  });

describe('what a gateway asks', SLOW, () => {
  it('stands in the inbox with the exact command, its agent and its run', async () => {
    const command = `ls -d /tmp -I ${randomUUID()}`;
    const { approval, raised } = await ask(command);
    expect(approval).toMatchObject({
      ...{ kind: 'gateway_exec', action_type: 'gateway.exec', agent_id: agent.agentId, board_id: place.boardId },
      ...{ task_ids: [], confidence: 0, tool: 'exec', run_id: expect.any(String) },
      payload: { command, host: 'gateway', risk_kinds: [], tool_call_id: 'call_1', reason: expect.any(String) },
    });
    expect(Date.parse(String(approval.expires_at))).toBe(raised.expiresAtMs);
    const board = await place.call('GET', `/boards/${place.boardId}/approvals`);
    expect(board.json().items).toContainEqual(expect.objectContaining({ id: approval.id }));
  });

  it('is taken once, however often it is told', async () => {
    const command = `echo ${randomUUID()}`;
    const { raised } = await ask(command);
    const { id, request, createdAtMs, expiresAtMs } = raised;
    const again = { approvalKind: 'exec', id, request, createdAtMs, expiresAtMs };
    place.gateway.emit('exec.approval.requested', again);
    await ask(`echo ${randomUUID()}`);
    expect(await listOf(command)).toHaveLength(1);
  });

  it('of a plugin is answered like that of a command', async () => {
    const title = `Smoke ${randomUUID()}`;
    const raised = place.gateway.raiseApproval('plugin', {
      ...{ title, description: 'the policy asks', severity: 'warning', pluginId: 'mission-control-policy' },
      ...{ toolName: 'web_fetch', agentId: `mc-${agent.agentId}`, runId: randomUUID() },
    });
    await becomes(title, { action_type: 'gateway.plugin', tool: 'web_fetch' });
    await decide((await findOf(title))?.id ?? '', 'approved');
    await expect.poll(() => raised.decision, TIMEOUT).toBe('allow-once');
  });

  it('by an agent of no board is for admins to read and to decide', async () => {
    const command = `uptime # ${randomUUID()}`;
    const { approval, raised } = await ask(command, { agentId: 'stranger', sessionKey: 'agent:stranger:main' });
    expect(approval).toMatchObject({ board_id: null, agent_id: null });
    expect(await listOf(command, member.headers)).toEqual([]);
    expect((await decide(approval.id, 'approved', member.headers)).json().items).toMatchObject([
      { ok: false, error: { code: 'approval.not_found' } },
    ]);
    expect((await decide(approval.id, 'rejected')).json().items).toMatchObject([{ ok: true }]);
    await expect.poll(() => raised.decision, TIMEOUT).toBe('deny');
  });
});

describe('a decision here', SLOW, () => {
  it.each([
    ['approved', 'allow-once'],
    ['rejected', 'deny'],
  ] as const)('%s is told to the gateway as %s, and is used by that', async (status, told) => {
    const command = `whoami # ${randomUUID()}`;
    const { approval, raised } = await ask(command);
    expect((await decide(approval.id, status, member.headers)).json().items).toMatchObject([{ ok: true }]);
    await expect.poll(() => raised.decision, TIMEOUT).toBe(told);
    await becomes(command, { status, resolution: status, consumed_at: expect.any(String) });
    const settled = await decide(approval.id, status === 'approved' ? 'rejected' : 'approved');
    expect(settled.json().items).toMatchObject([{ ok: false, error: { code: 'approval.already_consumed' } }]);
  });

  it('cannot be opened again: the gateway has its answer', async () => {
    const { approval } = await ask(`id # ${randomUUID()}`);
    place.gateway.failNext('approval.resolve', { code: 'UNAVAILABLE', message: 'busy', retryable: true });
    await decide(approval.id, 'rejected');
    const reopened = await place.call('PATCH', `/boards/${place.boardId}/approvals/${approval.id}`, {
      status: 'pending',
    });
    expect([reopened.statusCode, ['approval.not_reopenable', 'approval.already_consumed']]).toEqual([
      409,
      expect.arrayContaining([reopened.json().code]),
    ]);
  });

  it('that comes after one at the gateway is superseded by it', async () => {
    const command = `date # ${randomUUID()}`;
    const { approval, raised } = await ask(command);
    // Decided there, and the word of it was lost.
    Object.assign(raised, { decision: 'deny', resolvedBy: 'openclaw-tui' });
    await decide(approval.id, 'approved');
    await becomes(command, { status: 'rejected', resolution: 'superseded', consumed_at: expect.any(String) });
  });
});

describe('a decision at the gateway', SLOW, () => {
  it('settles the record, and is not told back', async () => {
    const command = `pwd # ${randomUUID()}`;
    const { raised } = await ask(command);
    const callsBefore = place.callsOf('approval.resolve').length;
    raised.settle('allow-once');
    await becomes(command, { status: 'approved', resolution: 'approved', consumed_at: expect.any(String) });
    expect(place.callsOf('approval.resolve')).toHaveLength(callsBefore);
  });

  it('that was missed is read after the next connect', async () => {
    const command = `env # ${randomUUID()}`;
    const { raised } = await ask(command);
    Object.assign(raised, { decision: 'deny', resolvedBy: 'openclaw-tui' });
    place.gateway.dropConnections();
    await becomes(command, { status: 'rejected', resolution: 'rejected', consumed_at: expect.any(String) });
  });
});

describe('policies', SLOW, () => {
  it('decide what they are sure of: a rule rejects by name, one about the very call approves, one that asks names people', async () => {
    const tag = randomUUID();
    const slug = `own-${tag.slice(0, 8)}`;
    await app.platform.db.updateTable('agents').set({ slug }).where('id', '=', agent.agentId).execute();
    await place.call('POST', '/policies', { source: toPolicy(`rules-${tag.slice(0, 8)}`, slug) }).then(async (made) => {
      const activation = { version: 1, acknowledge_unobserved: true };
      expect((await place.call('POST', `/policies/${made.json().id}/activate`, activation)).statusCode).toBe(200);
    });
    const raise = (command: string) => {
      const gatewayAgentId = `mc-${agent.agentId}`;
      return place.gateway.raiseApproval('exec', { command, agentId: gatewayAgentId, runId: randomUUID() });
    };
    const [open, shut, asked] = [raise(`ls ${tag}`), raise(`curl ${tag}`), raise(`ls ${tag} | wc`)];
    await expect.poll(() => [open.decision, shut.decision], TIMEOUT).toEqual(['allow-once', 'deny']);
    await becomes(`ls ${tag}`, { status: 'approved' });
    const rejected = await findOf(`curl ${tag}`);
    expect(rejected).toMatchObject({ resolution: 'rejected', payload: { policy: { decision: 'rejected' } } });
    expect(JSON.stringify(rejected?.payload)).toContain(`rules-${tag.slice(0, 8)}@1:commands`);
    const listed = await place.call('GET', `/violations?agent_id=${agent.agentId}`);
    expect(listed.json().items).toMatchObject([{ code: 'policy.tools', enforcement: 'blocked', args_view: null }]);
    const readWaiting = async () =>
      (await place.call('GET', `/approvals?kind=policy&agent_id=${agent.agentId}`)).json().items;
    const question = { status: 'pending', required_approvals: 1, payload: { command: `ls ${tag} | wc` } };
    await expect.poll(readWaiting, TIMEOUT).toMatchObject([question]);
    expect(asked.decision).toBeNull();
  });
});

/** Two commands are known: one is open, one with a pipe is for people. */
const toPolicy = (name: string, agent: string) => `
version: 1
name: ${name}
mode: enforce
scope: { agent: ${agent} }
rules:
  - id: commands
    tools: { allow: [exec], where: { command: { starts_with: "ls " } } }
  - id: pipes
    tools: { match: [exec], where: { command: { not: { matches: "[|]" } } }, action: require_approval }
    approval: { from: role:admin }
tests:
  - { name: listing, given: { tool: exec, args: { command: ls x } }, expect: { decision: allow } }
`;

describe('a request that nobody answers', SLOW, () => {
  it('is reminded of once, when half of its time has passed', async () => {
    const { approval } = await ask(`sleep 2 # ${randomUUID()}`);
    const long = new Date(Date.now() - 3_600_000).toISOString();
    await app.platform.db.updateTable('approvals').set({ created_at: long }).where('id', '=', approval.id).execute();
    const listReminders = () =>
      app.platform.db
        .selectFrom('events')
        .select('id')
        .where('type', '=', 'approval.reminder')
        .where('subject_id', '=', approval.id)
        .execute();
    await expect.poll(listReminders, TIMEOUT).toHaveLength(1);
    await remindOfApprovals(app.platform);
    expect(await listReminders()).toHaveLength(1);
  });

  it('expires as rejected at its time', async () => {
    const command = `sleep 1 # ${randomUUID()}`;
    const { approval } = await ask(command);
    const past = new Date(Date.now() - 1_000).toISOString();
    await app.platform.db.updateTable('approvals').set({ expires_at: past }).where('id', '=', approval.id).execute();
    await becomes(command, { status: 'rejected', resolution: 'expired' });
    expect((await decide(approval.id, 'approved')).json().items).toMatchObject([
      { ok: false, error: { code: 'approval.expired' } },
    ]);
  });
});
