import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { createLog } from '#server/platform/log/log.ts';
import { startEmbedded } from '#server/platform/postgres/embedded.ts';
import { migrate } from '#server/platform/postgres/migrate.ts';
import { TEMPLATE, withDatabase } from './database-names.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The PostgreSQLs of this test run, one for each worker. */
    databaseUrls: string[];
  }
}

/** Nothing here outlives the run, so nothing waits for the disk. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' };

/**
 * Starts a PostgreSQL for each worker, with a migrated database that its test files clone: a transaction in any database of
 * one holds the facts of all others in it back (its horizon).
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = await Promise.all(Array.from({ length: project.globalConfig.maxWorkers }, startServer));
  project.provide(
    'databaseUrls',
    servers.map(({ url }) => url),
  );
  return async () => {
    await Promise.all(servers.map(({ stop }) => stop()));
  };
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-test-'));
  const log = createLog({ logLevel: 'warn', logFormat: 'text' });
  const { url, stop } = await startEmbedded({ dataDir, log, settings: SETTINGS });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await migrate(withDatabase(url, TEMPLATE), log);
  return {
    url,
    async stop() {
      await stop();
      rmSync(dataDir, { recursive: true });
    },
  };
}
