import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#server/platform/ids.ts';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { type EnrolledProcess, makeProcess } from '../../../test/make.ts';

let app: TestApp;
let worker: EnrolledProcess;
let lastBatch = 0;

beforeAll(async () => {
  app = await createTestApp();
  worker = await makeProcess(app);
});
afterAll(() => app.close());

const header = (batch: number) => ({
  v: 1,
  producer: worker.producer,
  batch,
  sdk: 'test/1',
  sent_at: new Date().toISOString(),
  bundles: {},
});

async function post(lines: unknown[], batch = ++lastBatch) {
  const body = [header(batch), ...lines]
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n');
  const response = await app.router.inject({
    method: 'POST',
    url: '/api/v1/telemetry/batches',
    headers: { ...worker.headers, 'content-type': 'application/x-ndjson' },
    payload: Buffer.from(body),
  });
  return { status: response.statusCode, answer: response.json() };
}

function wholeRun(run = newId()) {
  const ts = new Date().toISOString();
  return [
    { t: 'run.start', run, seq: 0, ts, agent: 'worker', name: 'summarize', input: { v: { q: 1 } } },
    {
      t: 'step.end',
      run,
      seq: 1,
      ts,
      key: 'llm:plan#1',
      kind: 'llm',
      name: 'plan',
      started_at: ts,
      dur_us: 1200,
      status: 'ok',
      model: 'gpt-4o',
      provider: 'openai',
      tokens: { input: 1000, output: 100 },
      out: { v: 'hi' },
    },
    {
      t: 'step.end',
      run,
      seq: 2,
      ts,
      key: 'tool:docs/read#1',
      kind: 'tool',
      name: 'docs/read',
      started_at: ts,
      dur_us: 300,
      status: 'error',
      error: { type: 'RateLimit', message: 'slow down' },
    },
    { t: 'reason', run, seq: 3, ts, text: { v: 'because' }, key: 'llm:plan#1' },
    {
      t: 'decision',
      run,
      seq: 4,
      ts,
      id: newId(),
      key: 'tool:mail/send#1',
      tool: 'mail/send',
      verdict: 'block',
      rule: 'capability.tool_undeclared',
      mode: 'enforce',
    },
    { t: 'run.end', run, seq: 5, ts, status: 'ok', steps: 2, score: 0.5 },
  ];
}

describe('POST /telemetry/batches', () => {
  it('stores a whole run', async () => {
    const { status, answer } = await post(wholeRun());
    expect(answer).toMatchObject({
      accepted: 6,
      duplicate: false,
      rejected: [],
      bundles: { worker: expect.any(Number) },
    });
    expect(status).toBe(200);
  });
});

it('reads', async () => {
  const run = newId();
  await post(wholeRun(run));
  const get = async (url: string) => {
    const r = await app.router.inject({ method: 'GET', url: `/api/v1${url}`, headers: app.owner.headers });
    return r.json();
  };
  console.log(JSON.stringify(await get('/runs?limit=1&tool=docs/read&has_violation=true&q=summ'), null, 1));
  console.log(JSON.stringify(await get(`/runs/${run}`), null, 1).slice(-900));
  console.log(JSON.stringify(await get(`/runs/${run}/steps?fields=skeleton`)));
  console.log(JSON.stringify(await get(`/runs/${run}/steps?limit=1`)));
  console.log(JSON.stringify(await get('/telemetry/overview')));
  const put = await app.router.inject({
    method: 'PUT',
    url: '/api/v1/telemetry/settings',
    headers: app.owner.headers,
    payload: {
      version: 0,
      settings: { retention: { full_hours: 100 }, redaction: { rules: [{ path: 'customer.email', mode: 'drop' }] } },
    },
  });
  console.log(put.json(), await get('/telemetry/settings'));
});
