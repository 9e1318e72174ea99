import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runMigrations } from 'graphile-worker';
import { sql } from 'kysely';
import pg from 'pg';
import { toJobLogger } from '../jobs/job-log.ts';
import type { Log } from '../log/log.ts';
import { connectionOptions, type Database } from './database.ts';

/** Any number that nothing else of ours locks. */
const MIGRATION_LOCK = 4_246_002;

/** One numbered file. */
interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

interface Landed {
  name: string;
  checksum: string;
}

/**
 * Brings the database to the newest schema, each file in a transaction of its own, one process at a time. Throws when
 * a file that landed was edited or is missing, or when a file fails; what landed before it stays.
 */
export async function migrate(databaseUrl: string, log: Log): Promise<void> {
  const client = new pg.Client(connectionOptions(databaseUrl));
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await runMigrations({ connectionString: databaseUrl, maxPoolSize: 1, logger: toJobLogger(log) });
    await client.query(`create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      landed_at timestamptz not null default now()
    )`);
    const { rows } = await client.query<Landed>(SELECT_LANDED);
    for (const migration of findPending(rows)) {
      await land(client, migration);
      log.info({ migration: migration.name }, 'migrated the database');
    }
  } finally {
    await client.end();
  }
}

/** Names of the files that have not landed yet. Throws as {@link migrate} does. */
export async function listPending(db: Database): Promise<string[]> {
  const { rows } = await sql.raw<Landed>(SELECT_LANDED).execute(db);
  return findPending(rows).map(({ name }) => name);
}

const SELECT_LANDED = 'select name, checksum from schema_migrations order by name';

function findPending(landed: Landed[]): Migration[] {
  const files = readMigrations();
  for (const { name, checksum } of landed) {
    const file = files.find((migration) => migration.name === name);
    if (!file) throw new Error(`The database has migration ${name}, which this version does not know: it is older.`);
    if (file.checksum !== checksum)
      throw new Error(`Migration ${name} was edited after it landed: restore it and add the change as a new file.`);
  }
  return files.filter(({ name }) => !landed.some((one) => one.name === name));
}

async function land(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [name, checksum]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Migration ${name} failed: ${reason}.`, { cause: error });
  }
}

let cached: Migration[] | undefined;

function readMigrations(): Migration[] {
  cached ??= readdirSync(findFolder())
    .filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(findFolder(), name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
  return cached;
}

/** `apps/server/migrations`, seen from the source and from the bundle in `dist` alike. */
function findFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const folders = ['../migrations', '../../../migrations'].map((path) => join(here, path));
  const found = folders.find((path) => existsSync(path));
  if (!found) throw new Error(`The migrations are not beside the server (${folders.join(', ')}).`);
  return found;
}
