import type { Platform } from '../context.ts';
import type { EventCursor } from './cursor.ts';
import { type EventRow, findEnd, readAfter } from './events.store.ts';
import { createListener } from './listen.ts';
import { EVENTS_CHANNEL } from './wake.ts';

const BATCH = 1_000;
/** While an older transaction is open, rows behind it wait; look again this often. */
const HELD_BACK_MS = 15;
/** A look without a hint, in case a notification was lost with its connection. */
const IDLE_MS = 5_000;
const RETRY_MS = 500;

/** Follows the `events` table: every committed fact, once, in order, without gaps. */
export interface EventTail {
  start(): Promise<void>;
  /** Facts committed after start; a listener must not throw and must not wait. */
  subscribe(listener: (rows: EventRow[]) => void): () => void;
  /** How far everybody has been told. */
  position(): EventCursor;
  /** Whether the notification connection is up. */
  isListening(): boolean;
  close(): Promise<void>;
}

export function createEventTail(platform: Platform): EventTail {
  const { db, log } = platform;
  const listeners = new Set<(rows: EventRow[]) => void>();
  let cursor: EventCursor = { tx: '0', id: 0 };
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let hinted = false;
  let closed = false;

  /** Passes what nobody would be told: reading it costs 3 µs of every telemetry event at full load. */
  const skipToEnd = async (): Promise<number> => {
    const end = await findEnd(db);
    // Whoever came meanwhile must be told what was committed meanwhile.
    if (listeners.size > 0) return 0;
    cursor = end;
    return hinted ? 0 : IDLE_MS;
  };
  /** Tells everybody what is new; returns when to look again, in ms. */
  const readOnce = async (): Promise<number> => {
    hinted = false;
    if (listeners.size === 0) return skipToEnd();
    const { rows, isComplete } = await readAfter(db, cursor, BATCH);
    const last = rows.at(-1);
    if (last) {
      cursor = { tx: last.tx, id: last.id };
      for (const listener of listeners) listener(rows);
    }
    if (hinted || rows.length === BATCH) return 0;
    return isComplete ? IDLE_MS : HELD_BACK_MS;
  };
  const look = async (): Promise<void> => {
    clearTimeout(timer);
    const nextMs = await readOnce().catch((error) => {
      if (!closed) log.warn({ err: error }, 'the event tail could not read; it will look again');
      return RETRY_MS;
    });
    looking = undefined;
    if (!closed) timer = setTimeout(begin, nextMs).unref();
  };
  const begin = () => {
    hinted = true;
    if (!closed) looking ??= look();
  };
  const listener = createListener(platform, EVENTS_CHANNEL, begin);

  return {
    async start() {
      await listener.open();
      cursor = await findEnd(db);
      begin();
    },
    subscribe(subscriber) {
      listeners.add(subscriber);
      begin();
      return () => listeners.delete(subscriber);
    },
    position: () => cursor,
    isListening: listener.isOpen,
    async close() {
      closed = true;
      clearTimeout(timer);
      await listener.close();
      await looking;
    },
  };
}
