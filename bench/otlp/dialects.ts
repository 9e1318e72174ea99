import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import type pg from 'pg';
import { EXPECTED, expectCopies, SUMS } from '../../apps/server/test/otlp/expected.ts';
import { countSpans, multiply, readRecorded } from '../../apps/server/test/otlp/recorded.ts';
import { createRandom } from '../ingest/random.ts';
import type { ServerProcess } from '../ingest/server-process.ts';
import { report } from '../report.ts';

const BROKEN_SHARE = 0.05;

interface Setting {
  client: pg.Client;
  /** In the one batch of each dialect. */
  spans: number;
  waitUntilSettled(client: pg.Client): Promise<void>;
}

/** Sends one batch per recorded dialect, some spans of it broken, and counts the dialects that became what was recorded. */
export async function measureDialects(server: ServerProcess, key: string, setting: Setting): Promise<void> {
  const { client, spans, waitUntilSettled } = setting;
  const copies: Record<string, number> = {};
  const random = createRandom(42);
  let refused = 0;
  let broken = 0;
  for (const dialect of Object.keys(EXPECTED)) {
    const recorded = readRecorded(dialect);
    const times = Math.floor((spans * (1 - BROKEN_SHARE)) / countSpans(recorded));
    const wrong = Math.min(times, Math.round(spans * BROKEN_SHARE));
    copies[dialect] = times;
    broken += wrong;
    refused += await send(server, key, multiply(recorded, { times, broken: wrong, endMs: Date.now() }, random.hex));
  }
  await waitUntilSettled(client);
  const wrong: string[] = [];
  for (const [dialect, times] of Object.entries(copies)) {
    const expected = expectCopies(dialect, times);
    const { rows } = await client.query(SUMS, [Object.keys(expected)]);
    const found = Object.fromEntries(rows.map(({ slug, ...rest }) => [slug, rest]));
    if (!isDeepStrictEqual(found, expected)) wrong.push(dialect);
  }
  const count = Object.keys(copies).length;
  const common = { name: 'otlp.dialects', n: count, spans_per_batch: spans, unit: '1' };
  report({ ...common, metric: 'exact', value: count - wrong.length, wrong, floor: count, target: count });
  report({
    ...common,
    metric: 'refused_beside_broken',
    value: Math.abs(refused - broken),
    broken,
    isCost: true,
    floor: 0,
    target: 0,
  });
}

/** Gives how many spans were refused. */
async function send({ url }: ServerProcess, key: string, request: object): Promise<number> {
  const answer = await fetch(`${url}/otlp/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify(request)),
  });
  if (!answer.ok) throw new Error(`The batch was answered by ${answer.status}: ${await answer.text()}`);
  const { partialSuccess } = (await answer.json()) as { partialSuccess?: { rejectedSpans: string } };
  return Number(partialSuccess?.rejectedSpans ?? 0);
}
