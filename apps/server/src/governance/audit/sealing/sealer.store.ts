import { sql } from 'kysely';
import type { Platform } from '#server/platform/context.ts';
import type { Tx } from '#server/platform/postgres/database.ts';

/** Where the sealer stands, and up to where facts are settled: everything before `horizon` is committed or gone. */
export interface SealerPlace {
  tx: string;
  id: number;
  horizon: string;
}

/** Locks the one row, so that two sealers never take the same facts. */
export async function lockSealer(db: Tx): Promise<SealerPlace> {
  const { rows } = await sql<SealerPlace>`
    select tx::text, event_id as id, pg_snapshot_xmin(pg_current_snapshot())::text as horizon
    from audit_sealer where id = 1 for update`.execute(db);
  const [place] = rows;
  if (!place) throw new Error('audit_sealer has lost its row');
  return place;
}

export async function saveSealer(db: Tx, { tx, id }: Pick<SealerPlace, 'tx' | 'id'>): Promise<void> {
  await db.updateTable('audit_sealer').set({ tx, event_id: id }).where('id', '=', 1).execute();
}

/** When the oldest fact happened that the sealer has not passed; undefined when it has passed all. */
export async function findUnsealedSince({ db }: Platform): Promise<Date | undefined> {
  const { rows } = await sql<{ since: string | null }>`
    select min(e.occurred_at) as since from audit_sealer s, events e where (e.tx, e.id) > (s.tx, s.event_id)`.execute(
    db,
  );
  const since = rows[0]?.since;
  return since ? new Date(since) : undefined;
}

/** A fact as it was published. */
export interface FactRow {
  tx: string;
  id: number;
  org_id: string;
  type: string;
  subject_kind: string;
  subject_id: string;
  actor: { kind: string; id: string };
  request: { id: string; ip: string } | null;
  data: unknown;
  /** RFC 3339 with microseconds. */
  occurred_at: string;
}

/** Settled facts of these types behind the place, in order; those of organizations that are gone are left out. */
export async function readFacts(db: Tx, { tx, id, horizon }: SealerPlace, types: string[], limit: number) {
  const { rows } = await sql<FactRow>`
    select e.tx::text, e.id, e.org_id, e.type, e.subject_kind, e.subject_id, e.actor, e.request, e.data,
      to_char(e.occurred_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as occurred_at
    from events e join organizations o on o.id = e.org_id
    where (e.tx, e.id) > (${tx}::xid8, ${id}::bigint) and e.tx < ${horizon}::xid8 and e.type = any(${types}::text[])
    order by e.tx, e.id limit ${limit}`.execute(db);
  return rows;
}

/** Slugs of agents and e-mail addresses of users, by id. */
export async function listNames(
  db: Tx,
  { agentIds, userIds }: { agentIds: string[]; userIds: string[] },
): Promise<{ agents: Map<string, string>; users: Map<string, string> }> {
  const agents = await sql<{ id: string; name: string }>`
    select id, slug as name from agents where id = any(${agentIds}::uuid[])`.execute(db);
  const users = await sql<{ id: string; name: string }>`
    select id, email as name from users where id = any(${userIds}::uuid[]) and email is not null`.execute(db);
  const toMap = (rows: { id: string; name: string }[]) => new Map(rows.map(({ id, name }) => [id, name]));
  return { agents: toMap(agents.rows), users: toMap(users.rows) };
}

/** The end of an organization's chain. */
export interface Head {
  seq: number;
  hash: string;
}

/** Locks the ends of these organizations' chains, in the order of their ids. */
export async function lockHeads(db: Tx, orgIds: string[]): Promise<Map<string, Head>> {
  const rows = await db
    .selectFrom('audit_heads')
    .select(['org_id', 'seq', 'hash'])
    .where('org_id', 'in', orgIds)
    .orderBy('org_id')
    .forUpdate()
    .execute();
  return new Map(rows.map(({ org_id, seq, hash }) => [org_id, { seq, hash }]));
}

export async function saveHeads(db: Tx, heads: ReadonlyMap<string, Head>): Promise<void> {
  await db
    .insertInto('audit_heads')
    .values([...heads].map(([org_id, head]) => ({ org_id, ...head })))
    .onConflict((conflict) =>
      conflict.column('org_id').doUpdateSet((eb) => ({
        seq: eb.ref('excluded.seq'),
        hash: eb.ref('excluded.hash'),
        updated_at: sql`now()`,
      })),
    )
    .execute();
}

export interface NewEntry {
  org_id: string;
  seq: number;
  id: string;
  event_tx: string;
  event_id: number;
  action: string;
  canonical: string;
  prev_hash: string;
  hash: string;
  occurred_at: string;
}

export async function insertEntries(db: Tx, entries: NewEntry[]): Promise<void> {
  await sql`
    insert into audit (org_id, seq, id, event_tx, event_id, action, record, canonical, prev_hash, hash, occurred_at)
    select org_id, seq, id, event_tx, event_id, action, canonical::jsonb, canonical, prev_hash, hash, occurred_at
    from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as g (org_id uuid, seq bigint, id uuid, event_tx xid8,
      event_id bigint, action text, canonical text, prev_hash text, hash text, occurred_at timestamptz)`.execute(db);
}
