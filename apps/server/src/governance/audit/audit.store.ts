import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { AuditFilter, AuditQuery, AuditRange } from './audit.schema.ts';

/** An entry as it is kept. */
export interface EntryRow {
  seq: number;
  canonical: string;
  prev_hash: string;
  hash: string;
}

export interface MatchedEntry extends EntryRow {
  /** Whether it is one of those that were asked for. */
  is_match: boolean;
  /** Whether what is searched still says what was hashed. */
  is_true: boolean;
}

function isInRange({ from, to }: AuditRange): RawBuilder<boolean> {
  const since = from ? [sql`occurred_at >= ${from}::timestamptz`] : [];
  const until = to ? [sql`occurred_at < ${to}::timestamptz`] : [];
  return sql`(${sql.join([sql`true`, ...since, ...until], sql` and `)})`;
}

function matches({ action, agent, user, ...range }: AuditFilter): RawBuilder<boolean> {
  const conditions = [isInRange(range)];
  if (action !== undefined) conditions.push(sql`action = ${action}`);
  if (agent !== undefined) conditions.push(sql`${agent} in (record ->> 'agent', record ->> 'agent_id')`);
  if (user !== undefined)
    conditions.push(sql`(record ->> 'user' = ${user}
      or (record ->> 'actor_kind' = 'user' and record ->> 'actor_id' = ${user}))`);
  return sql`(${sql.join(conditions, sql` and `)})`;
}

/** Newest first, one more than the limit. */
export async function listEntries(
  { db, orgId }: Context,
  query: AuditQuery,
  after: readonly [number] | undefined,
): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select seq, canonical, prev_hash, hash from audit
    where org_id = ${orgId} and ${matches(query)} and ${after ? sql`seq < ${after[0]}` : sql`true`}
    order by seq desc limit ${query.limit + 1}`.execute(db);
  return rows;
}

/** The entries between two numbers, both included, in order. */
export async function readEntries(
  { db, orgId }: Context,
  { from, to, limit }: { from: number; to: number; limit: number },
  filter: AuditFilter = {},
): Promise<MatchedEntry[]> {
  const { rows } = await sql<MatchedEntry>`
    select seq, canonical, prev_hash, hash, ${matches(filter)} as is_match,
      coalesce(record = canonical::jsonb and action = record ->> 'action' and id::text = record ->> 'id', false) as is_true
    from audit where org_id = ${orgId} and seq between ${from} and ${to} order by seq limit ${limit}`.execute(db);
  return rows;
}

/** The first and last entry of a time. Entries are numbered by commit, so a few of another time may lie between. */
export async function findBounds(
  { db, orgId }: Context,
  range: AuditRange,
): Promise<{ first: number; last: number } | undefined> {
  const { rows } = await sql<{ first: number | null; last: number | null }>`
    select min(seq) as first, max(seq) as last from audit where org_id = ${orgId} and ${isInRange(range)}`.execute(db);
  const [bounds] = rows;
  return bounds?.first && bounds.last ? { first: bounds.first, last: bounds.last } : undefined;
}

export const findHead = ({ db, orgId }: Context) =>
  db.selectFrom('audit_heads').select(['seq', 'hash']).where('org_id', '=', orgId).executeTakeFirst();

export const findOrganization = ({ db, orgId }: Context) =>
  db.selectFrom('organizations').select(['id', 'name']).where('id', '=', orgId).executeTakeFirstOrThrow();
