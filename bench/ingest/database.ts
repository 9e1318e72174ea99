import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { BenchServer } from '../server.ts';

/** The address of the server's embedded database: the socket folder that PostgreSQL wrote down. */
export function toDatabaseUrl({ dataDir }: Pick<BenchServer, 'dataDir'>): string {
  const socketDir = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[4] ?? '';
  return `postgres://mission_control@${encodeURIComponent(socketDir)}/mission_control`;
}

/** Opens a connection for the time of `work`. */
export async function withClient<T>(
  server: Pick<BenchServer, 'dataDir'>,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: toDatabaseUrl(server) });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
