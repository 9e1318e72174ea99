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
    /** The PostgreSQL of this test run. */
    databaseUrl: string;
  }
}

/** Nothing here outlives the run, so nothing waits for the disk. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', max_connections: '300' };

/** Starts one PostgreSQL for all test files, with a migrated database that they clone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mc-test-'));
  const log = createLog({ logLevel: 'warn', logFormat: 'text' });
  const embedded = await startEmbedded({ dataDir, log, settings: SETTINGS });
  const client = new pg.Client({ connectionString: embedded.url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  await migrate(withDatabase(embedded.url, TEMPLATE), log);
  project.provide('databaseUrl', embedded.url);
  return async () => {
    await embedded.stop();
    rmSync(dataDir, { recursive: true });
  };
}
