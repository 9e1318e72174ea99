import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { connectionOptions, type Tx } from './database.ts';
import type { Tables } from './tables.gen.ts';

/** One connection of its own, for work that needs COPY or that must not wait for the pool. */
export interface Connection {
  client: pg.Client;
  /** Begins, runs `work` with the same connection as Kysely and as raw client, and commits, or rolls back when it throws. */
  inTransaction<T>(work: (tx: Tx, client: pg.Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Opens a connection. `onLost` is called once if it ends by itself; whoever owns it opens another. */
export async function openConnection(databaseUrl: string, onLost: (error: Error) => void): Promise<Connection> {
  const client = new pg.Client(connectionOptions(databaseUrl));
  // Without a listener, PostgreSQL going away would end this process.
  client.once('error', (error) => {
    client.on('error', () => undefined); // said once
    onLost(error);
  });
  await client.connect();
  // Kysely asks a pool for connections: here always the same one, which is never given back.
  const pool = { connect: async () => Object.assign(client, { release: () => undefined }), end: () => client.end() };
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: pool as unknown as pg.Pool }) });
  return {
    client,
    inTransaction: (work) => db.transaction().execute((tx) => work(tx, client)),
    close: () => db.destroy(),
  };
}
