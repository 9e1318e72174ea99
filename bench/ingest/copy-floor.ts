import { finished } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

/** Everything that ingest writes. */
const TABLES = [
  ...['telemetry_batches', 'steps', 'run_events', 'decisions', 'runs', 'blobs', 'blob_refs', 'rollup_1m', 'rollup_1h'],
  'events',
];

/**
 * The COPY floor: takes out the rows that a load has just stored, empties the tables, and measures how long binary COPY
 * on one connection takes to put the very same rows into the same tables and indexes. Returns seconds.
 */
export async function measureCopyFloor(databaseUrl: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await moveRows(client);
  } finally {
    await client.end();
  }
}

async function moveRows(client: pg.Client): Promise<number> {
  const data = new Map<string, Buffer>();
  for (const table of TABLES) data.set(table, await copyOut(client, table));
  await client.query(`truncate ${TABLES.join(', ')}`);
  await client.query('checkpoint');
  const startedAt = performance.now();
  for (const [table, rows] of data) await copyIn(client, table, rows);
  const seconds = (performance.now() - startedAt) / 1_000;
  await client.query(`truncate ${TABLES.join(', ')}`);
  return seconds;
}

async function copyOut(client: pg.Client, table: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const stream = client.query(copyTo(`copy (select * from ${table}) to stdout (format binary)`));
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await finished(stream);
  return Buffer.concat(chunks);
}

const CHUNK_BYTES = 1 << 20;

async function copyIn(client: pg.Client, table: string, rows: Buffer): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} from stdin (format binary)`));
  for (let at = 0; at < rows.length; at += CHUNK_BYTES) stream.write(rows.subarray(at, at + CHUNK_BYTES));
  stream.end();
  await finished(stream);
}
