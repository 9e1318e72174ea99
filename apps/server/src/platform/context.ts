import type { Config } from './config.ts';
import type { Log } from './log/log.ts';
import type { Database, Tx } from './postgres/database.ts';
import type { Secrets } from './secrets/secrets.ts';

/** Who is acting. A process is one running SDK that reports for its agents. */
export interface Actor {
  kind: 'user' | 'process' | 'agent' | 'service_key' | 'system';
  id: string;
}

/** What the whole process shares; built once at start. */
export interface Platform {
  config: Config;
  db: Database;
  /** Where the database is, for the few connections that are not of the pool (LISTEN, COPY, jobs). */
  databaseUrl: string;
  log: Log;
  secrets: Secrets;
  now: () => Date;
}

/** Everything one operation may touch. Built once per request or job and passed first. */
export interface Context extends Platform {
  orgId: string;
  actor: Actor;
}

/** A context whose `db` is an open transaction. Every write takes one. */
export interface TxContext extends Context {
  db: Tx;
}

/** The context of work that no caller asked for: jobs, start-up, retention. */
export const systemContext = (platform: Platform, orgId: string): Context => ({
  ...platform,
  orgId,
  actor: { kind: 'system', id: 'mission-control' },
});

/** Runs `work` in one transaction; commits when it returns, rolls back when it throws. */
export function inTransaction<T>(ctx: Context, work: (tx: TxContext) => Promise<T>): Promise<T> {
  return ctx.db.transaction().execute((db) => work({ ...ctx, db }));
}
