import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';

/** A statement that came this often is prepared: planning a join costs about as much as running it. */
const MIN_USES = 5;
/** Every connection keeps the plans of those that it ran, some 50 KB each. */
const MAX_PREPARED = 400;
/** How many statements are counted before the count begins anew: a text with many shapes never fills the memory. */
const MAX_COUNTED = 5_000;

/** Answers every column of a table: its plan breaks when a migration adds one under a server that still runs. */
const TAKES_EVERY_COLUMN = /(?:^|\))\s*select\s+(?:"?\w+"?\.)?\*|returning\s+\*/i;

/** Names the statements that are worth preparing. */
function createNames(): (sql: string) => string | undefined {
  const names = new Map<string, string>();
  let uses = new Map<string, number>();
  return (sql) => {
    const name = names.get(sql);
    if (name !== undefined || names.size >= MAX_PREPARED || TAKES_EVERY_COLUMN.test(sql)) return name;
    const count = (uses.get(sql) ?? 0) + 1;
    if (uses.size >= MAX_COUNTED) uses = new Map();
    uses.set(sql, count);
    if (count < MIN_USES) return undefined;
    uses.delete(sql);
    names.set(sql, `s${names.size}`);
    return names.get(sql);
  };
}

/** Holds back what is written until this turn of the event loop ends, so that it goes out with one call to the system. */
function createGathering({ stream }: pg.Connection): () => void {
  let isGathering = false;
  return () => {
    if (isGathering) return;
    isGathering = true;
    stream.cork();
    process.nextTick(() => {
      isGathering = false;
      stream.uncork();
    });
  };
}

/** The pool as Kysely uses it, with statements that come again prepared once per connection. */
export function preparing(pool: pg.Pool): PostgresPool {
  const nameOf = createNames();
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const toPreparing = (client: pg.PoolClient): PostgresPoolClient => {
    const gather = createGathering(client.connection);
    const query = (text: string, values: readonly unknown[]) => {
      gather();
      const name = values.length > 0 ? nameOf(text) : undefined;
      return client.query({ ...(name === undefined ? {} : { name }), text, values: [...values] });
    };
    // Kysely passes a cursor for streams only, which this server does not use.
    return { query: query as unknown as PostgresPoolClient['query'], release: () => client.release() };
  };
  return {
    async connect() {
      const client = await pool.connect();
      const known = clients.get(client) ?? toPreparing(client);
      clients.set(client, known);
      return known;
    },
    end: () => pool.end(),
  };
}
