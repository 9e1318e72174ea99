import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import { makeBoard, makeGateway, makeGatewayAgent, makeOrganization, makeServiceKey } from '../../../../test/make.ts';

/** The plugin is JavaScript: a gateway loads it as it is. */
interface Plugin {
  createPolicy(
    settings: { url: string; key: string; gatewayId: string; failMode: string },
    parts: { fetch: typeof fetch; now: () => number },
  ): Policy;
  readSettings(env: Record<string, string>): unknown;
}

interface Policy {
  check(call: { agentId: string; runId: string; toolCallId: string; tool: string; args: unknown }): unknown;
  record(call: { agentId: string; runId: string; tool: string; args: unknown; hasFailed: boolean }): void;
  sync(): Promise<void>;
}

const PLUGIN = new URL('../../../../../../packages/sdk/openclaw/policy.mjs', import.meta.url);
const { createPolicy, readSettings }: Plugin = await import(PLUGIN.href);

let app: TestApp;
let key: string;
let gatewayId: string;
let agentId: string;
let policy: Policy;
let clock = Date.now();
let isReachable = true;
beforeAll(async () => {
  app = await createTestApp();
  key = await makeServiceKey(app);
});
afterAll(() => app.close());

/** The plugin's way to the server, while there is one. */
const reach: typeof fetch = async (input, init = {}) => {
  if (!isReachable) throw new TypeError('fetch failed');
  const { pathname } = new URL(String(input));
  const answer = await app.router.inject({
    method: init.method === 'POST' ? 'POST' : 'GET',
    url: pathname,
    headers: init.headers as Record<string, string>, // as the plugin writes them
    ...(init.body ? { payload: String(init.body) } : {}),
  });
  return new Response(answer.body, { status: answer.statusCode });
};

const plugIn = (failMode: 'last_known' | 'fail_closed' | 'fail_open' = 'last_known', of = gatewayId) =>
  createPolicy({ url: 'http://mc.test', key, gatewayId: of, failMode }, { fetch: reach, now: () => clock });

beforeEach(async () => {
  clock = Date.now();
  isReachable = true;
  const { orgId } = app.owner;
  ({ gatewayId } = await makeGateway(app, orgId));
  const boardId = await makeBoard(app, orgId, { gatewayId });
  ({ agentId } = await makeGatewayAgent(app, orgId, { kind: 'worker', gatewayId, boardId }));
  policy = plugIn();
});

/** The agent declares what it uses. */
async function declare(tools: { name: string; side_effect?: string }[]) {
  const answer = await app.router.inject({
    method: 'POST',
    url: `/api/v1/agents/${agentId}/versions`,
    headers: app.owner.headers,
    payload: { manifest: { tools }, activate: true },
  });
  expect(answer.statusCode, answer.body).toBeLessThan(300);
  const { id } = answer.json();
  await app.platform.db.updateTable('agents').set({ active_version_id: id }).where('id', '=', agentId).execute();
}

const findSlug = async (): Promise<string> =>
  (await app.platform.db.selectFrom('agents').select('slug').where('id', '=', agentId).executeTakeFirstOrThrow()).slug;

async function enforce(source: string): Promise<void> {
  const send = (url: string, payload: object) =>
    app.router.inject({ method: 'POST', url: `/api/v1${url}`, headers: app.owner.headers, payload });
  const { id } = (await send('/policies', { source })).json();
  const activated = await send(`/policies/${id}/activate`, { version: 1, acknowledge_unobserved: true });
  expect(activated.statusCode, activated.body).toBe(200);
}

const call = (tool: string) => ({
  agentId: `mc-${agentId}`,
  runId: 'run-1',
  toolCallId: 'call-1',
  tool,
  args: { a: 1 },
});
const blocked = (reason: string) => ({ block: true, blockReason: expect.stringContaining(reason) });
const listViolations = async () =>
  (await app.router.inject({ url: `/api/v1/violations?agent_id=${agentId}`, headers: app.owner.headers })).json().items;

describe('the plugin of a gateway', () => {
  it('lets an agent use what it declares, blocks the rest, and the violation is on record', async () => {
    await declare([{ name: 'exec' }, { name: 'web_*' }]);
    await policy.sync();
    expect([policy.check(call('exec')), policy.check(call('web_fetch'))]).toEqual([undefined, undefined]);
    expect(policy.check(call('mail_send'))).toEqual(blocked('has not declared the tool "mail_send"'));
    await policy.sync();
    expect(await listViolations()).toMatchObject([
      {
        ...{ tool: 'mail_send', code: 'capability.tool_undeclared', enforcement: 'blocked', step_key: 'call-1' },
        ...{ run_id: expect.any(String), degraded: false, args_view: { v: { a: 1 } } },
      },
    ]);
  });

  it('opens a breaker when it had to stop too much, each violation counted once', async () => {
    await declare([{ name: 'exec' }]);
    await enforce(`version: 1
name: too-much-${agentId.slice(-6)}
mode: enforce
scope: { agent: ${await findSlug()} }
rules:
  - id: stopped
    breaker: { watch: violations, over: 2, window: 5m, min_calls: 3, scope: agent, action: pause }
`);
    await policy.sync();
    for (const tool of ['mail_send', 'file_write', 'shell_run']) policy.check(call(tool));
    await policy.sync();
    const findBreaker = async () =>
      (await app.router.inject({ url: `/api/v1/breakers?agent_id=${agentId}`, headers: app.owner.headers })).json()
        .items[0];
    await expect.poll(async () => (await findBreaker())?.state, { timeout: 20_000 }).toBe('open');
    expect(await findBreaker()).toMatchObject({ value: 3, calls: 3, effect: 'pause' });
  });

  it('only records what it would have blocked in monitor mode', async () => {
    await declare([{ name: 'exec' }]);
    await app.platform.db
      .updateTable('agents')
      .set({ enforce_capabilities: 'monitor' })
      .where('id', '=', agentId)
      .execute();
    await policy.sync();
    expect(policy.check(call('mail_send'))).toBeUndefined();
    await policy.sync();
    expect(await listViolations()).toMatchObject([{ tool: 'mail_send', enforcement: 'would_have' }]);
  });

  it('holds an agent that declared nothing, and one that is not ours, to nothing', async () => {
    await policy.sync();
    expect(policy.check(call('anything'))).toBeUndefined();
    expect(policy.check({ ...call('anything'), agentId: 'stranger' })).toBeUndefined();
  });

  it('obeys policies: blocks, watches, knows what came before, and lets the gateway ask people', async () => {
    const source = `version: 1
name: of-${agentId}
mode: enforce
scope: { agent: mc-${agentId} }
rules:
  - { id: path, tools: { match: [read], where: { path: { within_path: /srv } } } }
  - { id: watched, mode: monitor, tools: { deny: [browse] } }
  - { id: first, sequence: { require: verify, before: pay } }
  - { id: people, tools: { match: [pay], where: { amount: { lte: 10 } }, action: require_approval }, approval: { timeout: 5m } }
`.replace(`agent: mc-${agentId}`, `agent: ${await findSlug()}`);
    await enforce(source);
    await policy.sync();
    const at = (tool: string, args: object) => policy.check({ ...call(tool), args });
    expect(at('read', { path: '/srv/x' })).toBeUndefined();
    expect(at('read', { path: '/srv/../etc/passwd' })).toEqual(blocked('must be within /srv'));
    expect(at('browse', {})).toBeUndefined();
    expect(at('pay', { amount: 1 })).toEqual(blocked('needs another call first'));
    const verified = { agentId: `mc-${agentId}`, runId: 'run-1', tool: 'verify', args: {} };
    policy.record({ ...verified, hasFailed: true });
    expect(at('pay', { amount: 1 })).toEqual(blocked('needs another call first'));
    policy.record({ ...verified, hasFailed: false });
    expect(at('pay', { amount: 1 })).toBeUndefined();
    expect(at('pay', { amount: 90 })).toMatchObject({
      requireApproval: {
        ...{ timeoutMs: 300_000, allowedDecisions: ['allow-once', 'deny'] },
        description: expect.stringContaining(`\nMission Control asks by of-${agentId}@1:people`),
      },
    });
    clock += 60_000;
    isReachable = false;
    expect(at('pay', { amount: 90 })).toEqual(blocked('Nobody can be asked.'));
    isReachable = true;
    await policy.sync();
    const found = await listViolations();
    const told = found.map(({ rule_ref, code, enforcement }: Record<string, string>) => [rule_ref, code, enforcement]);
    expect(told).toHaveLength(5);
    expect(told).toContainEqual([`of-${agentId}@1:path`, 'policy.tools', 'blocked']);
    expect(told).toContainEqual([`of-${agentId}@1:watched`, 'policy.tools', 'would_have']);
    expect(told).toContainEqual([`of-${agentId}@1:first`, 'policy.sequence', 'blocked']);
  });

  it('before the first contact blocks everything, unless it fails open', async () => {
    isReachable = false;
    await policy.sync();
    expect(policy.check(call('exec'))).toEqual(blocked('cannot be reached'));
    expect(plugIn('fail_open').check(call('exec'))).toBeUndefined();
  });

  it('without contact goes on with what it knew for a day, and tells later', async () => {
    await declare([{ name: 'exec' }, { name: 'read', side_effect: 'read' }]);
    await policy.sync();
    isReachable = false;
    clock += 60_000;
    expect(policy.check(call('exec'))).toBeUndefined();
    expect(policy.check(call('mail_send'))).toEqual(blocked('has not declared'));
    clock += 24 * 3_600_000;
    expect(policy.check(call('exec'))).toEqual(blocked('cannot be reached'));
    expect(policy.check(call('read'))).toBeUndefined();
    isReachable = true;
    clock = Date.now();
    await policy.sync();
    expect((await listViolations()).map(({ degraded }: { degraded: boolean }) => degraded)).toEqual([true, true]);
  });

  it('without contact blocks what may change something, where the agent fails closed', async () => {
    await declare([{ name: 'exec' }, { name: 'read', side_effect: 'read' }]);
    await app.platform.db.updateTable('agents').set({ fail_mode: 'fail_closed' }).where('id', '=', agentId).execute();
    await policy.sync();
    clock += 60_000;
    expect([policy.check(call('exec')), policy.check(call('read'))]).toEqual([blocked('cannot be reached'), undefined]);
  });

  it('does not start without knowing whom to ask', () => {
    expect(() => readSettings({ MC_URL: 'http://mc.test' })).toThrow('MC_KEY, MC_GATEWAY_ID');
    expect(() => readSettings({ MC_URL: 'u', MC_KEY: 'k', MC_GATEWAY_ID: 'g', MC_FAIL_MODE: 'x' })).toThrow(
      'MC_FAIL_MODE',
    );
  });
});

describe('what the plugin asks of the server', () => {
  it.each(['bundles', 'verdicts'])('%s of another organization’s gateway are not found', async (what) => {
    const elsewhere = await makeGateway(app, await makeOrganization(app));
    const verdict = {
      ...{ id: '01a20d0b-334b-73e6-bf8a-5e99eff6f4d5', gateway_agent_id: 'x', run_id: null, tool_call_id: null },
      ...{ tool: 'x', code: 'capability.no_contact', mode: 'enforce', explanation: 'x', bundle: null, degraded: true },
      ts: new Date().toISOString(),
    };
    const answer = await app.router.inject({
      method: what === 'bundles' ? 'GET' : 'POST',
      url: `/api/v1/gateways/${elsewhere.gatewayId}/${what}`,
      headers: { authorization: `Bearer ${key}` },
      ...(what === 'verdicts' ? { payload: { items: [verdict] } } : {}),
    });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'gateway.not_found']);
  });
});
