import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRequest } from '../../apps/server/src/gateways/approvals/read-request.ts';
import { compilePolicy } from '../../packages/policy/src/language/index.ts';
import { think } from './brain.ts';
import { createGateway, type Gateway } from './kit/gateway.ts';
import { installGateway } from './kit/install.ts';
import { type ScriptedModel, startModel } from './kit/model.ts';
import { connectOperator, type Operator } from './kit/operator.ts';

const PLUGIN = fileURLToPath(new URL('../../packages/sdk/openclaw', import.meta.url));
const SOURCE = `version: 1
name: commands
mode: enforce
scope: { org: true }
rules:
  - { id: never, tools: { match: [exec], where: { command: { not: { starts_with: "echo never" } } } } }
  - { id: people, tools: { match: [exec], where: { command: { not: { starts_with: "echo ask" } } }, action: require_approval } }
`;
const UNTIL = { timeout: 120_000, interval: 250 };

/** What Mission Control says to the plugin, and hears of it. */
async function startControlPlane() {
  const { ir } = compilePolicy(SOURCE, { now: new Date(), id: 'commands', version: 1 });
  const bundle = {
    ...{ v: 1, bundle: 1, etag: 'one', agent_slug: 'main', version_id: null, fail_mode: 'last_known' },
    ...{ control: { state: 'active', kill: null }, capability: { mode: 'off', tools: [] }, contact_ttl_s: 45 },
    ...{ policies: [ir], exceptions: [], breakers: [] },
  };
  const verdicts: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const isAsking = request.url?.endsWith('/bundles');
    if (!isAsking) verdicts.push(...JSON.parse(body).items);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isAsking ? { items: [{ gateway_agent_id: 'main', bundle }] } : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's
  return { url: `http://127.0.0.1:${port}`, verdicts, close: () => server.close() };
}

describe('the plugin in a real OpenClaw gateway', () => {
  let control: Awaited<ReturnType<typeof startControlPlane>>;
  let model: ScriptedModel;
  let gateway: Gateway;
  let operator: Operator;
  const asked: { rules: string[] | undefined; decision: string }[] = [];
  let decision = 'allow-once';

  beforeAll(async () => {
    const runtime = installGateway();
    if (runtime === undefined) throw new Error('The gateway could not be installed from the npm registry.');
    [control, model] = await Promise.all([startControlPlane(), startModel(think)]);
    gateway = await createGateway(runtime, model.url);
    gateway.configure((config) => {
      config.plugins = { load: { paths: [PLUGIN] }, entries: { 'mission-control': { enabled: true } } };
    });
    await gateway.start({ MC_URL: control.url, MC_KEY: 'mcs_test', MC_GATEWAY_ID: 'gateway' });
    operator = await connectOperator(gateway.url, gateway.token, {
      onApproval(event, request) {
        if (event !== 'plugin.approval.requested') return;
        asked.push({ rules: readRequest('plugin', request)?.rules, decision });
        void operator.call('approval.resolve', { id: request.id, kind: 'plugin', decision });
      },
    });
  });
  afterAll(async () => {
    operator.close();
    await gateway.remove();
    model.close();
    control.close();
  });

  /** What became of a command that the agent was told to run. */
  async function run(command: string) {
    const sessionKey = `agent:main:${randomUUID()}`;
    await operator.call('sessions.create', { agentId: 'main', key: sessionKey });
    const message = { sessionKey, message: `@@exec ${command}`, idempotencyKey: randomUUID() };
    await operator.call('chat.send', message);
    const find = async () => {
      const { messages } = await operator.call('chat.history', { sessionKey, limit: 50 });
      return messages.find(({ role }: { role: string }) => role === 'toolResult');
    };
    await expect.poll(find, UNTIL).toBeDefined();
    const { isError, content } = await find();
    return { isError, text: JSON.stringify(content) };
  }

  it('blocks what a policy forbids, tells the model why, and Mission Control what it was', async () => {
    expect(await run('echo never')).toMatchObject({
      isError: true,
      text: expect.stringContaining('Blocked by Mission Control: command is echo never'),
    });
    await expect
      .poll(() => control.verdicts, UNTIL)
      .toMatchObject([
        { tool: 'exec', code: 'policy.tools', rule_ref: 'commands@1:never', mode: 'enforce', degraded: false },
      ]);
  });

  it('lets the gateway ask people by the rules that want it, and goes on as they say', async () => {
    expect(await run('echo ask')).toMatchObject({ isError: false, text: expect.stringContaining('ask') });
    decision = 'deny';
    expect(await run('echo ask again')).toMatchObject({ isError: true });
    expect(asked).toEqual([
      { rules: ['commands@1:people'], decision: 'allow-once' },
      { rules: ['commands@1:people'], decision: 'deny' },
    ]);
  });
});
