import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { HttpConnection } from '../ingest/connection.ts';
import { readServerCpu } from '../ingest/cpu.ts';
import { createRandom } from '../ingest/random.ts';
import { createServerProcess, type ServerProcess } from '../ingest/server-process.ts';
import { report } from '../report.ts';
import { measureDialects } from './dialects.ts';
import { makeBody } from './spans.ts';

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, seed: { type: 'string', default: '42' } },
});
const SECONDS = values.quick ? 4 : 10;
const CONNECTIONS = 8;
const TRACES_PER_BODY = 10;
const BODIES = 200;
const SETTLE_MS = 300_000;
/** What two cores have in a second. */
const CORES_US = 2e6;

interface Load {
  name: string;
  contentBytes: number;
  type: 'application/x-protobuf' | 'application/json';
  floor: number;
}

const PROTOBUF = 'application/x-protobuf';
const LOADS: Load[] = [
  { name: 'otlp.small', contentBytes: 0, type: PROTOBUF, floor: 12_000 },
  { name: 'otlp.2kb', contentBytes: 1_400, type: PROTOBUF, floor: 4_000 },
  { name: 'otlp.2kb_json', contentBytes: 1_400, type: 'application/json', floor: 4_000 },
];

async function createKey({ token, url }: ServerProcess): Promise<string> {
  const answer = await fetch(`${url}/api/v1/service-keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', scopes: ['otlp'] }),
  });
  return ((await answer.json()) as { key: string }).key;
}

/** Sends bodies of new traces until the time is over; gives how many spans were acknowledged, and in how many seconds. */
async function send(server: ServerProcess, key: string, { contentBytes, type }: Load) {
  const head = `POST /otlp/v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${type}\r\nauthorization: Bearer ${key}\r\n`;
  const random = createRandom(Number(values.seed));
  const bodies = Array.from({ length: BODIES }, () =>
    makeBody(random, { traces: TRACES_PER_BODY, contentBytes, isJson: type !== PROTOBUF }),
  );
  let [spans, refused] = [0, 0];
  const startedAt = performance.now();
  const drive = async () => {
    const connection = await HttpConnection.open(server.url);
    for (let next = bodies.pop(); next && performance.now() - startedAt < SECONDS * 1_000; next = bodies.pop()) {
      const { status } = await connection.send(head, next.body);
      if (status === 200) spans += next.spans;
      else refused++;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, drive));
  return { spans, refused, seconds: (performance.now() - startedAt) / 1_000 };
}

/** Waits until every trace is written: that is work too. */
async function waitUntilSettled(client: pg.Client): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  while (Date.now() < deadline) {
    const { rows } = await client.query('select from otlp_traces where due_at is not null limit 1');
    if (rows.length === 0) return;
    await sleep(500);
  }
  throw new Error('Traces were not settled in time.');
}

async function measure(server: ServerProcess, key: string, client: pg.Client, load: Load): Promise<void> {
  const before = readServerCpu(server);
  const { refused, seconds, spans } = await send(server, key, load);
  const received = readServerCpu(server);
  await waitUntilSettled(client);
  const settled = readServerCpu(server);
  const perSpan = (from: typeof before, to: typeof before) =>
    ((to.node + to.postgres - from.node - from.postgres) * 1e6) / spans;
  const { rows } = await client.query('select count(*)::int as steps from steps');
  const common = { name: load.name, n: 1, seed: Number(values.seed), spans, refused, steps_stored: rows[0].steps };
  const { floor } = load;
  report({ ...common, metric: 'spans_per_s', value: spans / seconds, unit: '1/s', floor, target: floor });
  const cpu = { unit: 'µs', isCost: true, floor: CORES_US / floor, target: CORES_US / floor };
  report({ ...common, ...cpu, metric: 'cpu_us_per_span_received', value: perSpan(before, received) });
  // Written to the end at the rate at which it comes, or slower: settling waits its turn.
  const whole = { unit: 'µs', isCost: true, floor: 2_000, target: CORES_US / floor };
  report({ ...common, ...whole, metric: 'cpu_us_per_span_received_and_settled', value: perSpan(before, settled) });
  await client.query('truncate otlp_spans, otlp_traces, steps, runs');
}

const server = await createServerProcess();
try {
  await server.start();
  const client = new pg.Client({ connectionString: server.databaseUrl() });
  await client.connect();
  const key = await createKey(server);
  for (const load of LOADS.slice(0, 2))
    await measure(server, key, client, { ...load, name: `${load.name}.warm_up`, floor: 1 });
  for (const load of LOADS) await measure(server, key, client, load);
  await measureDialects(server, key, { client, spans: values.quick ? 2_000 : 10_000, waitUntilSettled });
  await client.end();
} finally {
  await server.stop();
}
