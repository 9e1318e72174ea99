import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import type { EventCursor } from '#server/platform/events/cursor.ts';
import type { Database, Tx } from '#server/platform/postgres/database.ts';

/** A fact that a webhook wants. */
export interface WantedFact extends EventCursor {
  webhook_id: string;
  url: string;
  org_id: string;
  org_name: string;
  board_id: string | null;
  type: string;
  subject_kind: string;
  subject_id: string;
  actor: { kind: string; id: string };
  data: unknown;
  occurred_at: string;
}

export interface WantedFacts {
  facts: WantedFact[];
  /** How far was read; undefined when there was nothing new. */
  end: EventCursor | undefined;
  /** How many facts were read. */
  read: number;
}

export async function hasOutboundWebhooks(db: Database): Promise<boolean> {
  const { rows } = await sql`select 1 from outbound_webhooks where enabled limit 1`.execute(db);
  return rows.length > 0;
}

/** Where the dispatcher stands; undefined while another one works. */
export async function lockDispatcher(db: Tx): Promise<EventCursor | undefined> {
  const { rows } = await sql<EventCursor>`
    select tx::text, event_id as id from outbound_dispatcher where id = 1 for update skip locked`.execute(db);
  return rows[0];
}

export async function saveDispatcher(db: Tx, { tx, id }: EventCursor): Promise<void> {
  await sql`update outbound_dispatcher set tx = ${tx}::xid8, event_id = ${id} where id = 1`.execute(db);
}

/** The first webhook of all begins with the facts of its own transaction; nobody read what was before. */
export async function startDispatching({ db }: TxContext, id: string): Promise<void> {
  await sql`update outbound_dispatcher set tx = pg_snapshot_xmin(pg_current_snapshot()), event_id = 0
    where id = 1 and not exists (select 1 from outbound_webhooks where enabled and id <> ${id})`.execute(db);
}

/**
 * The next `limit` settled facts after a place: those that a webhook wants, once for each.
 * @param recorded the types that `*` stands for.
 */
export async function readWanted(
  db: Tx,
  { tx, id }: EventCursor,
  recorded: string[],
  limit: number,
): Promise<WantedFacts> {
  const { rows } = await sql<WantedFact & { end_tx: string; end_id: number; read: number }>`
    with horizon as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as xmin),
    facts as materialized (
      select e.tx, e.id, e.org_id, e.type, e.board_id, e.subject_kind, e.subject_id, e.actor, e.data, e.occurred_at
      from events e, horizon h where (e.tx, e.id) > (${tx}::xid8, ${id}::bigint) and e.tx < h.xmin
      order by e.tx, e.id limit ${limit}),
    ends as (select tx, id, count(*) over () as read from facts order by tx desc, id desc limit 1)
    select n.tx::text as end_tx, n.id as end_id, n.read, w.*
    from ends n left join lateral (
      select f.tx::text, f.id, f.org_id, o.name as org_name, f.board_id, f.type, f.subject_kind, f.subject_id, f.actor,
        f.data, f.occurred_at, s.id as webhook_id, s.url
      from facts f
      join outbound_webhooks s on s.org_id = f.org_id and s.enabled and s.active_since <= f.occurred_at
        and (f.type = any(s.event_types) or ('*' = any(s.event_types) and f.type = any(${recorded}::text[])))
        and (s.board_ids is null or f.board_id = any(s.board_ids))
      join organizations o on o.id = f.org_id
      order by f.tx, f.id, s.id) w on true`.execute(db);
  const [first] = rows;
  const end = first && { tx: first.end_tx, id: first.end_id };
  return { facts: rows.filter((row) => row.webhook_id !== null), end, read: first?.read ?? 0 };
}
