import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { EventCursor } from './cursor.ts';

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
    select e.tx::text, e.id, e.org_id, e.board_id, e.type, e.subject_kind, e.subject_id, e.actor, e.data, e.occurred_at,
      h.is_complete
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

export interface EventRange {
  orgId: string;
  from: EventCursor;
  to: EventCursor;
  limit: number;
}

/** What a client missed: an organization's facts after `from` and up to `to`, oldest first. */
export async function readEvents(db: Database, { orgId, from, to, limit }: EventRange): Promise<EventRow[]> {
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
