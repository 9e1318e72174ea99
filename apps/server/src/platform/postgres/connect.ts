import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Config } from '../config.ts';
import type { Log } from '../log/log.ts';
import { startEmbedded } from './embedded.ts';

const WAIT_MS = 30_000;
const RETRY_MS = 1000;

/** Where the database is, and how to let go of it. */
export interface RunningPostgres {
  url: string;
  stop(): Promise<void>;
}

/** Starts the embedded PostgreSQL, or waits up to 30 s for the one that DATABASE_URL names. Throws with a sentence. */
export async function startPostgres(config: Config, log: Log): Promise<RunningPostgres> {
  if (!config.databaseUrl) return startEmbedded({ dataDir: config.dataDir, log });
  await waitForDatabase(config.databaseUrl, log);
  return { url: config.databaseUrl, stop: async () => undefined };
}

async function waitForDatabase(connectionString: string, log: Log): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (true) {
    const reason = await tryConnect(connectionString);
    if (reason === undefined) return;
    if (Date.now() > deadline) throw new Error(`The database of DATABASE_URL did not answer within 30 s: ${reason}.`);
    log.warn({ reason }, 'waiting for the database of DATABASE_URL');
    await sleep(RETRY_MS);
  }
}

/** Why no connection came about; undefined when one did. */
async function tryConnect(connectionString: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return message || code || 'no answer';
  } finally {
    await client.end().catch(() => undefined); // it may never have begun
  }
}
