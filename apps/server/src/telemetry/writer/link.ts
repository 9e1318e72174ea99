import type { Platform } from '#server/platform/context.ts';
import { type Connection, openConnection } from '#server/platform/postgres/connection.ts';

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2_000;

/** A connection that comes back by itself after PostgreSQL went away. */
export interface Link {
  /** undefined while the database is away. */
  current(): Connection | undefined;
  /** Resolves when there is a connection. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createLink({ databaseUrl, log }: Platform): Link {
  let connection: Connection | undefined;
  let isClosed = false;

  const onLost = (error: Error): void => {
    log.warn({ err: error }, 'the ingest writer lost its connection');
    connection = undefined;
    void open();
  };
  const open = async (): Promise<void> => {
    for (let delayMs = FIRST_RETRY_MS; !(isClosed || connection); delayMs = Math.min(delayMs * 2, LAST_RETRY_MS)) {
      try {
        connection = await openConnection(databaseUrl, onLost);
      } catch (error) {
        log.warn({ err: error }, 'the ingest writer cannot reach the database');
        await new Promise((resolve) => setTimeout(resolve, delayMs).unref());
      }
    }
  };
  return {
    current: () => connection,
    open,
    async close() {
      isClosed = true;
      await connection?.close();
      connection = undefined;
    },
  };
}
