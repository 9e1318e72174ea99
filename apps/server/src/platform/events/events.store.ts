import { sql } from 'kysely';
import type { Actor } from '../context.ts';
import type { Database } from '../postgres/database.ts';
import type { EventCursor } from './cursor.ts';
import type { Activity } from './publish.ts';

/** One fact as readers see it. */
export interface EventRow extends EventCursor {
  org_id: string;
  board_id: string | null;
  type: string;
  subject_kind: string;
  subject_id: string;
  actor: Actor;
  data: unknown;
  /** The line that it left in the readable history, if any. */
  activity: Activity | null;
  occurred_at: string;
}

/** Reads facts behind `cursor` in order. `isComplete` is false while some may still wait behind an open transaction. */
export async function readAfter(
  db: Database,
  cursor: EventCursor,
  limit: number,
): Promise<{ rows: EventRow[]; isComplete: boolean }> {
  const { rows } = await sql<EventRow & { is_complete: boolean }>`
    with horizon as materialized (
      select pg_snapshot_xmin(s) as xmin, pg_snapshot_xmin(s) = pg_snapshot_xmax(s) as is_complete
      from pg_current_snapshot() s)
    select e.tx::text, e.id, e.org_id, e.board_id, e.type, e.subject_kind, e.subject_id, e.actor, e.data, e.activity,
      e.occurred_at, h.is_complete
    from horizon h left join lateral (
      select * from events where (tx, id) > (${cursor.tx}::xid8, ${cursor.id}::bigint) and tx < h.xmin
      order by tx, id limit ${limit}) e on true`.execute(db);
  return { rows: rows.filter((row) => row.id !== null), isComplete: rows[0]?.is_complete ?? true };
}

/** Where the order of facts ends now: everything before it is settled. */
export async function findEnd(db: Database): Promise<EventCursor> {
  const { rows } = await sql<{ tx: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as tx`.execute(db);
  return { tx: rows[0]?.tx ?? '0', id: 0 };
}

/** The facts of an organization that one reader may have missed. */
export interface MissedEvents {
  orgId: string;
  /** From this place on, or from this instant on; both included. */
  from: EventCursor | Date;
  to: EventCursor;
  types: string[];
  /** Only facts of this board, and those of none. */
  boardId: string | undefined;
  limit: number;
}

/** The newest that a client missed, oldest first. */
export async function readMissed(db: Database, missed: MissedEvents): Promise<EventRow[]> {
  const { orgId, from, to, types, boardId, limit } = missed;
  const begins =
    from instanceof Date ? sql`occurred_at >= ${from}` : sql`(tx, id) >= (${from.tx}::xid8, ${from.id}::bigint)`;
  const isTheirs = boardId ? sql`(board_id is null or board_id = ${boardId}::uuid)` : sql`true`;
  const { rows } = await sql<EventRow>`
    select tx::text, id, org_id, board_id, type, subject_kind, subject_id, actor, data, activity, occurred_at from events
    where org_id = ${orgId} and ${begins} and (tx, id) <= (${to.tx}::xid8, ${to.id}::bigint)
      and type = any(${types}::text[]) and ${isTheirs}
    order by events.tx desc, id desc limit ${limit}`.execute(db);
  return rows.toReversed();
}

/**
 * Whether everything after a place is still kept: it is a fact of the organization, or, with id 0, the end of the order
 * as {@link findEnd} gave it.
 */
export async function isKept(db: Database, orgId: string, { tx, id }: EventCursor): Promise<boolean> {
  const isPlace =
    id === 0
      ? sql`exists (select from events where tx <= ${tx}::xid8)
          and ${tx}::xid8 <= pg_snapshot_xmax(pg_current_snapshot())`
      : sql`exists (select from events where tx = ${tx}::xid8 and id = ${id} and org_id = ${orgId})`;
  const { rows } = await sql<{ is_kept: boolean }>`select ${isPlace} as is_kept`.execute(db);
  return rows[0]?.is_kept ?? false;
}

/** Forgets all facts of an organization. */
export async function removeEvents(db: Database, orgId: string): Promise<void> {
  await db.deleteFrom('events').where('org_id', '=', orgId).execute();
}

/** Forgets what was told of some subjects of one kind. */
export async function removeEventsOf(db: Database, orgId: string, kind: string, ids: readonly string[]): Promise<void> {
  await db
    .deleteFrom('events')
    .where('org_id', '=', orgId)
    .where('subject_kind', '=', kind)
    .where('subject_id', 'in', ids)
    .execute();
}
