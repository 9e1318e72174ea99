import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeGateway, makeProcess, makeServiceKey } from '../../../test/make.ts';
import { createBatchStore } from '../ingest/store-batch.ts';
import { createScopes } from '../reading/scopes.ts';
import { settleTraces } from './settling/settling.jobs.ts';

const AGENT_SCRIPT = fileURLToPath(new URL('../../../test/otel-agent.mjs', import.meta.url));

let app: TestApp;
let aheadMs = 0;
let headers: { authorization: string };
let settle: () => Promise<void>;
let close: () => Promise<void>;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(Date.now() + aheadMs) });
  headers = { authorization: `Bearer ${await makeServiceKey(app, { scopes: ['otlp'] })}` };
  const batches = createBatchStore(app.platform);
  await batches.start();
  close = batches.close;
  const job = settleTraces({ batches, openScope: createScopes(app.platform) });
  settle = () => job(app.platform);
});
afterAll(async () => {
  await close();
  await app.close();
});

type Attributes = Record<string, unknown>;

const toValue = (value: unknown) =>
  typeof value === 'number' ? { intValue: String(value) } : { stringValue: String(value) };
const toPairs = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) }));

/** Spans of one trace, each a second long and a second after the other. */
function makeTrace(service: string) {
  const traceId = randomBytes(16).toString('hex');
  const startMs = Date.now() - 60_000;
  let count = 0;
  return {
    traceId,
    span(name: string, attributes: Attributes, parent?: { spanId: string }, more: Attributes = {}) {
      const at = startMs + count++ * 1_000;
      return {
        ...{ traceId, spanId: randomBytes(8).toString('hex'), parentSpanId: parent?.spanId ?? '', name },
        ...{ startTimeUnixNano: `${at}000000`, endTimeUnixNano: `${at + 1_000}000000` },
        ...{ attributes: toPairs(attributes), ...more },
      };
    },
    body: (...spans: unknown[]) => ({
      resourceSpans: [{ resource: { attributes: toPairs({ 'service.name': service }) }, scopeSpans: [{ spans }] }],
    }),
  };
}

const post = (payload: unknown, more: Record<string, string> = {}, path = 'traces') =>
  app.router.inject({
    method: 'POST',
    url: `/otlp/v1/${path}`,
    headers: { ...headers, 'content-type': 'application/json', ...more },
    payload: Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
  });

const listRuns = (service: string) =>
  app.platform.db
    .selectFrom('runs as r')
    .innerJoin('agents as a', 'a.id', 'r.agent_id')
    .selectAll('r')
    .select(['a.slug', 'a.control_state', 'a.origin'])
    .where('a.slug', 'like', `${service}%`)
    .orderBy('r.started_at')
    .execute();
const listSteps = (runId: string) =>
  app.platform.db.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('started_at').execute();

/** Waits until the traces of a service are runs: this test settles them, or the application's own job. */
async function settled(service: string, count = 1) {
  aheadMs += 12_000;
  await settle();
  return vi.waitFor(
    async () => {
      const runs = await listRuns(service);
      expect(runs).toHaveLength(count);
      return runs;
    },
    { timeout: 20_000 },
  );
}

const MODEL = { 'gen_ai.request.model': 'gpt-4o', 'gen_ai.provider.name': 'openai' };
const CHAT = {
  ...{ 'gen_ai.operation.name': 'chat', ...MODEL },
  ...{ 'gen_ai.usage.input_tokens': 1_000, 'gen_ai.usage.output_tokens': 100 },
};
const AGENT = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'planner' };
const TOOL = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' };

describe('spans of an agent', () => {
  it('become a run with its steps, of an agent that was discovered', async () => {
    const trace = makeTrace('shop');
    const root = trace.span('POST /ask', { 'http.request.method': 'POST' });
    const agent = trace.span('invoke_agent planner', AGENT, root);
    const http = trace.span('GET', { 'http.request.method': 'GET' }, agent);
    const chat = trace.span(
      'chat gpt-4o',
      { ...CHAT, 'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"password=hunter2"}]}]' },
      http,
    );
    const tool = trace.span(
      'execute_tool search',
      { ...TOOL, 'gen_ai.tool.call.arguments': '{"password":"x"}' },
      agent,
    );
    // Children end first, and come in requests of their own.
    for (const span of [chat, tool, agent, root]) expect((await post(trace.body(span))).statusCode).toBe(200);
    expect((await post(trace.body(http))).json()).toEqual({});
    const [run] = await settled('shop');
    expect(run).toMatchObject({
      ...{ slug: 'shop-planner', control_state: 'discovered', origin: 'otlp', source: 'otlp', status: 'ok' },
      ...{ steps: 2, llm_calls: 1, tool_calls: 1, tokens_input: 1_000, tokens_output: 100, trace_id: trace.traceId },
    });
    expect(run?.cost_usd).toBeGreaterThan(0);
    expect(await listSteps(run?.id ?? '')).toMatchObject([
      { kind: 'llm', name: 'chat gpt-4o', model: 'gpt-4o', provider: 'openai', dur_us: 1_000_000 },
      { kind: 'tool', name: 'search', in_payload: { v: { password: '[redacted:password]' }, fid: 'redacted' } },
    ]);
  });

  it('change nothing when they come again, and late ones are added once', async () => {
    const trace = makeTrace('late');
    const agent = trace.span('invoke_agent', AGENT);
    const [first, second] = [trace.span('chat', CHAT, agent), trace.span('chat', CHAT, agent)];
    await post(trace.body(agent, first));
    await post(trace.body(agent, first));
    await settled('late');
    await post(trace.body(first, second, agent));
    await settled('late');
    await vi.waitFor(async () => expect((await listRuns('late'))[0]?.llm_calls).toBe(2), { timeout: 20_000 });
    const [run] = await listRuns('late');
    expect(run).toMatchObject({ tokens_input: 2_000, steps: 2, status: 'ok' });
    expect((await listSteps(run?.id ?? '')).map(({ key }) => key)).toEqual(['llm:chat#1', 'llm:chat#2']);
  });

  it('of an agent in another become a child run and a step of its parent', async () => {
    const trace = makeTrace('crew');
    const boss = trace.span('invoke_agent', { ...AGENT, 'gen_ai.agent.name': 'boss' });
    const helper = trace.span('invoke_agent', { ...AGENT, 'gen_ai.agent.name': 'helper' }, boss);
    const chat = trace.span('chat', CHAT, helper, { status: { code: 2, message: 'quota' } });
    await post(trace.body(chat, helper, boss));
    const [outer, inner] = await settled('crew', 2);
    expect(inner).toMatchObject({ slug: 'crew-helper', parent_run_id: outer?.id, root_run_id: outer?.id });
    expect(outer).toMatchObject({ slug: 'crew-boss', tokens_input: 0 });
    const [step] = await listSteps(outer?.id ?? '');
    expect(step).toMatchObject({ kind: 'subagent', name: 'helper', key: inner?.parent_step_key });
    expect(await listSteps(inner?.id ?? '')).toMatchObject([{ status: 'error', error_message: 'quota' }]);
  });
});

it('of agents that the key may not name, or that stand on a gateway, make no run', async () => {
  const { gatewayId } = await makeGateway(app, app.owner.orgId);
  const key = await makeServiceKey(app, { scopes: ['otlp'], agent_slugs: ['mine', 'mc-gateway-*'] });
  for (const service of ['theirs', `mc-gateway-${gatewayId}`, 'mine']) {
    const trace = makeTrace(service);
    await post(trace.body(trace.span('chat', CHAT)), { authorization: `Bearer ${key}` });
  }
  await settled('mine');
  expect([await listRuns('theirs'), await listRuns('mc-gateway')]).toEqual([[], []]);
});

it('of an agent that the key may not name are told as refused, with what stands below them', async () => {
  const key = { authorization: `Bearer ${await makeServiceKey(app, { scopes: ['otlp'], agent_slugs: ['told-*'] })}` };
  const refused = makeTrace('told');
  const stranger = refused.span('invoke_agent', { ...AGENT, 'gen_ai.agent.id': 'stranger' });
  const answer = await post(refused.body(stranger, refused.span('chat', CHAT, stranger)), key);
  expect(answer.json()).toMatchObject({
    partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('stranger') },
  });
  const trace = makeTrace('told');
  expect((await post(trace.body(trace.span('invoke_agent', AGENT)), key)).json()).toEqual({});
  expect(await settled('told')).toMatchObject([{ slug: 'told-planner', steps: 0 }]);
  expect(await listRuns('stranger')).toEqual([]);
});

it('of one trace are judged each by the key that sent it', async () => {
  const keys = await Promise.all(
    ['first', 'second'].map(async (slug) => ({
      authorization: `Bearer ${await makeServiceKey(app, { scopes: ['otlp'], agent_slugs: [`${slug}-*`] })}`,
    })),
  );
  const trace = makeTrace('second');
  const outer = trace.span('invoke_agent', { ...AGENT, 'gen_ai.agent.id': 'first-boss' });
  const inner = trace.span('invoke_agent', { ...AGENT, 'gen_ai.agent.id': 'second-helper' }, outer);
  expect((await post(trace.body(outer), keys[0])).json()).toEqual({});
  expect((await post(trace.body(inner, trace.span('chat', CHAT, inner)), keys[1])).json()).toEqual({});
  const [helper] = await settled('second');
  const [boss] = await listRuns('first');
  expect(helper).toMatchObject({ slug: 'second-helper', parent_run_id: boss?.id, tokens_input: 1_000 });
  expect(boss).toMatchObject({ slug: 'first-boss', tokens_input: 0 });
  expect(boss?.producer_id).not.toBe(helper?.producer_id);
});

describe('a request', () => {
  it('keeps what is sound of it and says what was refused', async () => {
    const trace = makeTrace('partly');
    const broken = { ...trace.span('x', CHAT), spanId: 'zz' };
    const old = { ...trace.span('y', CHAT), startTimeUnixNano: '1000000000000', endTimeUnixNano: '1000000000001' };
    const listless = { ...trace.span('z', CHAT), attributes: { a: 1 } };
    const answer = await post(trace.body(broken, trace.span('chat', CHAT), old, listless));
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedSpans: '3', errorMessage: 'spanId must be 8 bytes that are not all zero.' } },
    ]);
    expect(await settled('partly')).toMatchObject([{ slug: 'partly', steps: 1 }]);
  });

  it('may be compressed, empty, or of another signal', async () => {
    const trace = makeTrace('zip');
    const body = gzipSync(JSON.stringify(trace.body(trace.span('chat', CHAT))));
    expect((await post(body, { 'content-encoding': 'gzip' })).statusCode).toBe(200);
    expect((await post({})).json()).toEqual({});
    expect((await post({ resourceLogs: [] }, {}, 'logs')).json()).toEqual({});
    const empty = await post(Buffer.alloc(0), { 'content-type': 'application/x-protobuf' }, 'metrics');
    expect([empty.statusCode, empty.headers['content-type'], empty.rawPayload]).toEqual([
      ...[200, 'application/x-protobuf', Buffer.alloc(0)],
    ]);
    await settled('zip');
  });

  it('that cannot be read is refused with the usual causes', async () => {
    const json = await post({ resourceLogs: [] });
    expect([json.statusCode, json.json()]).toMatchObject([400, { code: 'otlp.undecodable' }]);
    expect((await post(Buffer.from('{'))).statusCode).toBe(400);
    expect((await post(Buffer.from([0x0a, 0x7f]), { 'content-type': 'application/x-protobuf' })).statusCode).toBe(400);
    expect((await post({}, { 'content-type': 'text/plain' })).statusCode).toBe(415);
    expect((await post(Buffer.from('no'), { 'content-encoding': 'gzip' })).statusCode).toBe(400);
    const bomb = gzipSync(Buffer.alloc(40 * 1_024 * 1_024));
    expect((await post(bomb, { 'content-encoding': 'gzip' })).statusCode).toBe(413);
  });

  it('needs a key for it', async () => {
    const wrong = { authorization: `Bearer ${await makeServiceKey(app)}` };
    expect((await post({}, wrong)).statusCode).toBe(403);
    expect((await post({}, app.owner.headers)).statusCode).toBe(403);
    expect((await post({}, { authorization: 'Bearer mcs_no' })).statusCode).toBe(401);
  });

  it('of a process may speak of the agents that it enrolled', async () => {
    const process = await makeProcess(app, 'enrolled');
    for (const service of ['stranger', 'enrolled']) {
      const trace = makeTrace(service);
      expect((await post(trace.body(trace.span('chat', CHAT)), process.headers)).statusCode).toBe(200);
    }
    expect(await settled('enrolled')).toMatchObject([{ agent_id: process.agentId, source: 'otlp', steps: 1 }]);
    expect(await listRuns('stranger')).toEqual([]);
  });
});

describe('the exporter of OpenTelemetry', () => {
  it('needs two environment variables, and reports in protobuf', async () => {
    const address = await app.router.listen({ port: 0, host: '127.0.0.1' });
    const { stdout: traceId } = await promisify(execFile)(process.execPath, [AGENT_SCRIPT], {
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${address}/otlp`,
        OTEL_EXPORTER_OTLP_HEADERS: `Authorization=${encodeURIComponent(headers.authorization)}`,
      },
    });
    const [run] = await settled('exported');
    expect(run).toMatchObject({
      ...{ slug: 'exported-planner', status: 'ok', tokens_input: 1_000, tokens_output: 100, errors: 1 },
      trace_id: traceId,
    });
    const steps = await listSteps(run?.id ?? '');
    expect(steps.find(({ kind }) => kind === 'llm')).toMatchObject({ model: 'gpt-4o', finish: 'stop' });
    expect(steps.find(({ kind }) => kind === 'tool')).toMatchObject({
      ...{ status: 'error', error_type: 'TypeError', error_message: 'no such page' },
    });
  });
});
