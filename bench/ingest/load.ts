import { gzipSync } from 'node:zlib';
import { HttpConnection } from './connection.ts';
import type { Producer } from './fleet.ts';
import type { ServerProcess } from './server-process.ts';
import { type Batch, createTraffic } from './traffic.ts';

export interface LoadOptions {
  producers: readonly Producer[];
  durationMs: number;
  eventsPerBatch: number;
  gzip: boolean;
  seed: number;
}

export interface LoadResult {
  events: number;
  seconds: number;
  /** Milliseconds from sending a batch to its answer. */
  latencies: number[];
  /** Answers that were not 200. */
  refused: number;
}

/** More than any server here has taken: batches are made before the clock starts. */
const MAX_EVENTS_PER_S = 90_000;

/** Drives one connection per process, each sending its next batch as soon as the last is answered. */
export async function runLoad(server: ServerProcess, options: LoadOptions): Promise<LoadResult> {
  const { durationMs, eventsPerBatch, gzip, producers, seed } = options;
  const stock = Math.ceil((MAX_EVENTS_PER_S * durationMs) / 1_000 / producers.length / eventsPerBatch);
  const clients = await Promise.all(
    producers.map(async (producer, index) => {
      const traffic = createTraffic(producer, seed + index);
      const batches = Array.from({ length: stock }, () => prepare(traffic.nextBatch(eventsPerBatch), gzip));
      return { connection: await HttpConnection.open(server.url), head: toHead(producer, gzip), batches };
    }),
  );
  const result: LoadResult = { events: 0, seconds: 0, latencies: [], refused: 0 };
  const startedAt = performance.now();
  const until = startedAt + durationMs;
  await Promise.all(clients.map((client) => drive(client, until, gzip, result)));
  result.seconds = (performance.now() - startedAt) / 1_000;
  for (const { connection } of clients) connection.close();
  return result;
}

interface Client {
  connection: HttpConnection;
  head: string;
  batches: Batch[];
}

async function drive({ connection, head, batches }: Client, until: number, gzip: boolean, result: LoadResult) {
  for (const batch of batches) {
    const sentAt = performance.now();
    if (sentAt >= until) return;
    if (!gzip) stamp(batch);
    const { status } = await connection.send(head, batch.body);
    result.latencies.push(performance.now() - sentAt);
    if (status === 200) result.events += batch.events;
    else result.refused++;
  }
}

export const toHead = ({ token }: Producer, gzip: boolean): string =>
  'POST /api/v1/telemetry/batches HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\n' +
  `authorization: Bearer ${token}\r\n${gzip ? 'content-encoding: gzip\r\n' : ''}`;

/** Sets `sent_at` to now. */
export const stamp = ({ body, sentAt }: Batch): void => {
  body.write(new Date().toISOString(), sentAt, 'latin1');
};

function prepare(batch: Batch, gzip: boolean): Batch {
  if (!gzip) return batch;
  stamp(batch);
  return { ...batch, body: gzipSync(batch.body, { level: 1 }) };
}
