import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { loadConfig } from '#server/platform/config.ts';
import type { Platform } from '#server/platform/context.ts';
import { createLog } from '#server/platform/log/log.ts';
import { type Database, openDatabase } from '#server/platform/postgres/database.ts';
import { createSecrets } from '#server/platform/secrets/secrets.ts';
import { TEMPLATE, withDatabase } from './database-names.ts';

/** A database of the test's own, with every migration landed. */
export interface TestDatabase {
  url: string;
  db: Database;
  /** Closes `db` and drops the database, whoever else is still connected. */
  drop(): Promise<void>;
}

/** The PostgreSQL of this worker: `VITEST_POOL_ID` counts from 1. */
export function serverUrl(): string {
  const urls = inject('databaseUrls');
  const url = urls[(Number(process.env.VITEST_POOL_ID) - 1) % urls.length];
  if (url === undefined) throw new Error('This is no worker of vitest: which PostgreSQL is its own is not known.');
  return url;
}

/** Clones the template: about a tenth of a second. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `mc_test_${randomUUID().replaceAll('-', '')}`;
  const url = withDatabase(serverUrl(), name);
  await onServer(`create database ${name} template ${TEMPLATE} strategy wal_log`);
  const { db } = openDatabase(url, createLog({ logLevel: 'error', logFormat: 'text' }), { max: 10, slowMs: 10_000 });
  return {
    url,
    db,
    async drop() {
      await db.destroy();
      await onServer(`drop database ${name} with (force)`);
    },
  };
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** What a process shares, on that database, for tests of what works without the application. */
export const makePlatform = ({ db, url }: TestDatabase): Platform => {
  const config = loadConfig({ LOG_LEVEL: 'fatal', LOCAL_AUTH_TOKEN: 'test-'.repeat(10) });
  return {
    ...{ config, db, databaseUrl: url, log: createLog(config), secrets: createSecrets(Buffer.alloc(32)) },
    reactions: new Map(),
    now: () => new Date(),
  };
};
