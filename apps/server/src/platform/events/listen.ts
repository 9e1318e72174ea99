import pg from 'pg';
import type { Platform } from '../context.ts';
import { connectionOptions } from '../postgres/database.ts';

const RECONNECT_MS = 500;

/** One connection of its own that hears NOTIFY and comes back when it is lost. */
export interface Listener {
  /** Throws when the first connection cannot be made. */
  open(): Promise<void>;
  isOpen(): boolean;
  close(): Promise<void>;
}

/** Calls `onHint` for each notification, and after a reconnect, when some may have been missed. */
export function createListener({ databaseUrl, log }: Platform, channel: string, onHint: () => void): Listener {
  let client: pg.Client | undefined;
  let closed = false;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ ...connectionOptions(databaseUrl), application_name: 'mission-control tail' });
    const lost = () => {
      if (client !== next) return;
      client = undefined;
      reconnectLater();
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', onHint);
    await next.connect();
    await next.query(`listen ${channel}`);
    client = next;
  };
  const reconnect = async (): Promise<void> => {
    try {
      await connect();
      onHint();
    } catch (error) {
      log.warn({ err: error }, 'the event tail could not listen; it will try again');
      reconnectLater();
    }
  };
  const reconnectLater = (): void => {
    if (!closed) setTimeout(reconnect, RECONNECT_MS).unref();
  };

  return {
    open: connect,
    isOpen: () => client !== undefined,
    async close() {
      closed = true;
      await client?.end().catch(() => undefined); // the database may have gone first
    },
  };
}
