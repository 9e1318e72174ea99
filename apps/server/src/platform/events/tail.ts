import { sql } from 'kysely';
import pg from 'pg';
import type { Platform } from '../context.ts';
import { connectionOptions, type Database } from '../postgres/database.ts';
import type { EventCursor } from './cursor.ts';
import { EVENTS_CHANNEL } from './publish.ts';

const BATCH = 1_000;
/** While an older transaction is open, rows behind it wait; look again this often. */
const HELD_BACK_MS = 15;
/** A look without a hint, in case a notification was lost with its connection. */
const IDLE_MS = 5_000;
const RECONNECT_MS = 500;

/** One fact as readers see it. */
export interface EventRow extends EventCursor {
  org_id: string;
  board_id: string | null;
  type: string;
  subject_kind: string;
  subject_id: string;
  actor: { kind: string; id: string };
  data: unknown;
  occurred_at: string;
}

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
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let looking = false;
  let hinted = false;
  let closed = false;

  const schedule = (delayMs: number) => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(look, delayMs).unref();
  };
  const look = async () => {
    if (looking) {
      hinted = true;
      return;
    }
    looking = true;
    hinted = false;
    try {
      const { rows, isComplete } = await readAfter(db, cursor);
      const last = rows.at(-1);
      if (last) cursor = { tx: last.tx, id: last.id };
      if (rows.length > 0) for (const listener of listeners) listener(rows);
      schedule(hinted || rows.length === BATCH ? 0 : isComplete ? IDLE_MS : HELD_BACK_MS);
    } catch (error) {
      log.warn({ err: error }, 'the event tail could not read; it will look again');
      schedule(RECONNECT_MS);
    } finally {
      looking = false;
    }
  };
  const listen = async (): Promise<void> => {
    const next = new pg.Client({
      ...connectionOptions(platform.databaseUrl),
      application_name: 'mission-control tail',
    });
    const lost = () => {
      if (client !== next) return;
      client = undefined;
      if (!closed) setTimeout(() => void relisten(), RECONNECT_MS).unref();
    };
    next.on('error', lost);
    next.on('end', lost);
    next.on('notification', () => void look());
    await next.connect();
    await next.query(`listen ${EVENTS_CHANNEL}`);
    client = next;
  };
  const relisten = async (): Promise<void> => {
    try {
      await listen();
      await look();
    } catch (error) {
      log.warn({ err: error }, 'the event tail could not listen; it will try again');
      if (!closed) setTimeout(() => void relisten(), RECONNECT_MS).unref();
    }
  };

  return {
    async start() {
      await listen();
      cursor = await findEnd(db);
      schedule(0);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    position: () => cursor,
    isListening: () => client !== undefined,
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined); // the database may have gone first
    },
  };
}

/** Reads one batch behind `cursor`. `isComplete` is false while rows may still wait behind an open transaction. */
async function readAfter(db: Database, cursor: EventCursor): Promise<{ rows: EventRow[]; isComplete: boolean }> {
  const { rows } = await sql<EventRow & { is_complete: boolean }>`
    with horizon as materialized (
      select pg_snapshot_xmin(s) as xmin, pg_snapshot_xmin(s) = pg_snapshot_xmax(s) as is_complete
      from pg_current_snapshot() s)
    select e.tx::text, e.id, e.org_id, e.board_id, e.type, e.subject_kind, e.subject_id, e.actor, e.data, e.occurred_at,
      h.is_complete
    from horizon h left join lateral (
      select * from events where (tx, id) > (${cursor.tx}::xid8, ${cursor.id}::bigint) and tx < h.xmin
      order by tx, id limit ${BATCH}) e on true`.execute(db);
  const isComplete = rows[0]?.is_complete ?? true;
  return { rows: rows.filter((row) => row.id !== null), isComplete };
}

async function findEnd(db: Database): Promise<EventCursor> {
  const { rows } = await sql<{ tx: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as tx`.execute(db);
  return { tx: rows[0]?.tx ?? '0', id: 0 };
}

/** What a client missed: an organization's facts after `from` and up to `to`, oldest first, at most `limit`. */
export async function readEvents(
  db: Database,
  orgId: string,
  from: EventCursor,
  to: EventCursor,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select tx::text, id, org_id, board_id, type, subject_kind, subject_id, actor, data, occurred_at from events
    where org_id = ${orgId} and (tx, id) > (${from.tx}::xid8, ${from.id}::bigint)
      and (tx, id) <= (${to.tx}::xid8, ${to.id}::bigint)
    order by tx, id limit ${limit}`.execute(db);
  return rows;
}

/** Whether a cursor names a fact of the organization that is still kept. */
export async function hasEvent(db: Database, orgId: string, { tx, id }: EventCursor): Promise<boolean> {
  const { rows } = await sql`select 1 from events where tx = ${tx}::xid8 and id = ${id} and org_id = ${orgId}`.execute(
    db,
  );
  return rows.length > 0;
}
