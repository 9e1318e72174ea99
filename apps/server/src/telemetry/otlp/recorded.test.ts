import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CompiledQuery } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { makeServiceKey } from '../../../test/make.ts';
import { EXPECTED, expectCopies, SUMS } from '../../../test/otlp/expected.ts';
import { multiply, readRecorded } from '../../../test/otlp/recorded.ts';
import { toProtobuf } from '../../../test/otlp/to-protobuf.ts';
import { createBatchStore } from '../ingest/store-batch.ts';
import { createScopes } from '../reading/scopes.ts';
import { settleTraces } from './settling/settling.jobs.ts';

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
const COPIES = 2;

let app: TestApp;
let aheadMs = 0;
let authorization: string;
beforeAll(async () => {
  app = await createTestApp({ now: () => new Date(Date.now() + aheadMs) });
  authorization = `Bearer ${await makeServiceKey(app, { scopes: ['otlp'] })}`;
});
afterAll(() => app.close());

const hex = (digits: number) => randomBytes(digits / 2).toString('hex');
const post = (signal: string, type: string, payload: Buffer) =>
  app.router.inject({
    method: 'POST',
    url: `/otlp/v1/${signal}`,
    headers: { authorization, 'content-type': type, 'content-encoding': 'gzip' },
    payload: gzipSync(payload),
  });

/** Turns what was sent into runs, here or by the application's own job. */
async function settle(): Promise<void> {
  aheadMs += 20_000;
  const batches = createBatchStore(app.platform);
  await batches.start();
  await settleTraces({ batches, openScope: createScopes(app.platform) })(app.platform);
  await batches.close();
}

it('what real instrumentations send becomes the runs, steps, tools and tokens that were recorded; broken spans cost only themselves', async () => {
  for (const [index, dialect] of Object.keys(EXPECTED).entries()) {
    const request = multiply(readRecorded(dialect), { times: COPIES, broken: 2, endMs: Date.now() }, hex);
    const isJson = index % 2 === 0;
    const answer = await post('traces', isJson ? JSON_TYPE : PROTOBUF, isJson ? toJson(request) : toProtobuf(request));
    expect(answer.statusCode).toBe(200);
    const told = isJson ? answer.json().partialSuccess.rejectedSpans : String(answer.rawPayload[3]);
    expect([dialect, told]).toEqual([dialect, '2']);
  }
  await settle();
  for (const dialect of Object.keys(EXPECTED)) {
    const expected = expectCopies(dialect, COPIES);
    await vi.waitFor(async () => expect(await findSums(Object.keys(expected))).toEqual(expected), {
      timeout: 20_000,
    });
  }
});

async function findSums(slugs: string[]) {
  const { rows } = await app.platform.db.executeQuery<{ slug: string }>(CompiledQuery.raw(SUMS, [slugs]));
  return Object.fromEntries(rows.map(({ slug, ...rest }) => [slug, rest]));
}

const toJson = (request: object) => Buffer.from(JSON.stringify(request));

it.each(['genai-early', 'genai-latest'])(
  'messages that come as log records stand in their step, and metrics are taken (%s)',
  async (dialect) => {
    const read = (part: string) =>
      readFileSync(new URL(`../../../../../fixtures/otlp/${dialect}${part}.json`, import.meta.url), 'utf8');
    // As they were recorded, but of today.
    const [started] = /(?<="startTimeUnixNano":\s?")\d+/.exec(read('')) ?? ['0'];
    const shift = BigInt(Date.now() - 60_000) * 1_000_000n - BigInt(started);
    const ofToday = (text: string) =>
      Buffer.from(text.replace(/(?<=UnixNano":\s?")\d+/g, (nanos) => String(BigInt(nanos) + shift)));
    expect((await post('logs', JSON_TYPE, ofToday(read('.logs')))).json()).toEqual({});
    expect((await post('traces', JSON_TYPE, ofToday(read('')))).json()).toEqual({});
    expect((await post('metrics', JSON_TYPE, ofToday(read('.metrics')))).json()).toEqual({});
    await settle();
    const findSteps = () =>
      app.platform.db
        .selectFrom('steps as s')
        .innerJoin('runs as r', 'r.id', 's.run_id')
        .select(['s.in_payload', 's.out_payload'])
        .where('r.trace_id', '=', JSON.parse(read('')).resourceSpans[0].scopeSpans[0].spans[0].traceId)
        .where('s.kind', '=', 'llm')
        .orderBy('s.started_at')
        .execute();
    await vi.waitFor(async () => expect(await findSteps()).toHaveLength(2), { timeout: 20_000 });
    const [first, second] = await findSteps();
    expect(JSON.stringify(first?.in_payload)).toContain('How is the weather in Oslo?');
    expect(JSON.stringify(first?.out_payload)).toContain('call_1');
    expect(JSON.stringify(second?.out_payload)).toContain('It rains in Oslo.');
  },
);
