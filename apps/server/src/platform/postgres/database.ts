import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Log } from '../log/log.ts';
import { preparing } from './statements/prepared.ts';
import type { Tables } from './tables.gen.ts';

export type Database = Kysely<Tables>;
export type Tx = Transaction<Tables>;

const { builtins } = pg.types;

/** `2026-03-19 08:00:01.25+00` → `2026-03-19T08:00:01.25Z`: the session's zone is UTC, microseconds are kept. */
const toInstant = (text: string): string =>
  text.includes('infinity') ? text : `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;

const PARSERS = new Map<number, (text: string) => unknown>([
  [builtins.TIMESTAMPTZ, toInstant],
  [builtins.DATE, (text) => text],
  // Counters and sequence numbers of ours stay far below 2^53.
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
]);

/** Rows carry instants as RFC 3339 text and 64-bit counters as numbers, so that a row is already its wire shape. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    PARSERS.get(oid) ?? pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

export interface Postgres {
  pool: pg.Pool;
  db: Database;
}

/** Opens the pool that requests and jobs share. Statements slower than `slowMs` are logged without their values. */
export function openDatabase(connectionString: string, log: Log, options: { max: number; slowMs: number }): Postgres {
  // A statement does not wait until the one before it was answered: see `transact`.
  const pool = new pg.Pool({ ...connectionOptions(connectionString), max: options.max, pipeline: true });
  // An idle connection that dies (PostgreSQL restarted) is replaced by the pool; without a listener it ends the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'));
  // One that dies in use fails its query, which is where that is dealt with.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: preparing(pool) }),
    log(event) {
      if (event.queryDurationMillis >= options.slowMs)
        log.warn({ ms: Math.round(event.queryDurationMillis), sql: event.query.sql.slice(0, 2000) }, 'slow query');
    },
  });
  return { pool, db };
}

/** Options of every connection that this server opens: its name, its zone, its types. */
export const connectionOptions = (connectionString: string): pg.ClientConfig => ({
  connectionString,
  types,
  application_name: 'mission-control',
  options: '-c timezone=UTC',
});
