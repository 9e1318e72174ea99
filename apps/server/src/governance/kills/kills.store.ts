import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import type { KillQuery, KillRead, KillScopeKind } from './kills.schema.ts';

const SELECT = sql`
  select k.id, k.scope_kind, k.scope_id, k.scope_name, k.abort, k.reason, k.set_by, k.set_at, k.released_percent,
    k.released_by, k.released_at, (select count(*)::int from agent_kills c where c.kill_id = k.id) as agents
  from kills k`;

export async function findKill({ db, orgId }: Context, id: string): Promise<KillRead | undefined> {
  const { rows } = await sql<KillRead>`${SELECT} where k.org_id = ${orgId} and k.id = ${id}`.execute(db);
  return rows[0];
}

/** Newest first, one more than the limit. */
export async function listKills(
  { db, orgId }: Context,
  { limit, state }: KillQuery,
  after: readonly [string, string] | undefined,
): Promise<KillRead[]> {
  const behind = after ? sql`(k.set_at, k.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`;
  const { rows } = await sql<KillRead>`${SELECT}
    where k.org_id = ${orgId} and ${state === 'all' ? sql`true` : sql`k.released_at is null`} and ${behind}
    order by k.set_at desc, k.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

export interface NewKill {
  id: string;
  scope_kind: KillScopeKind;
  scope_id: string | null;
  scope_name: string;
  abort: boolean;
  reason: string;
}

export async function insertKill({ db, orgId, actor, now }: TxContext, kill: NewKill): Promise<void> {
  await db
    .insertInto('kills')
    .values({ ...kill, org_id: orgId, set_by: JSON.stringify(actor), set_at: now() })
    .execute();
}

/** Holds a kill that is not released until the transaction ends, and tells how much of it is. */
export const lockKill = ({ db, orgId }: TxContext, id: string) =>
  db
    .selectFrom('kills')
    .select(['id', 'released_percent', 'released_at'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();

export async function saveReleased({ db, orgId, actor, now }: TxContext, id: string, percent: number): Promise<void> {
  await db
    .updateTable('kills')
    .set({
      released_percent: percent,
      released_by: JSON.stringify(actor),
      released_at: percent === 100 ? now() : null,
    })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

/** The agents that a kill holds now. */
export async function listKilledAgents({ db, orgId }: Context, killId: string): Promise<string[]> {
  const { rows } = await sql<{ agent_id: string }>`
    select agent_id from agent_kills where org_id = ${orgId} and kill_id = ${killId} order by agent_id`.execute(db);
  return rows.map(({ agent_id }) => agent_id);
}

/** What a scope names: the newest when several are called so. */
export interface Named {
  id: string | null;
  name: string;
}

const PLACES = { board: 'boards', board_group: 'board_groups', agent: 'agents' } as const;

/** A board, board group or agent by id, slug or name (agents by id or slug). */
export async function findNamed(
  { db, orgId }: Context,
  kind: keyof typeof PLACES,
  text: string,
): Promise<Named | undefined> {
  const { rows } = await sql<Named>`
    select id, name from ${sql.table(PLACES[kind])}
    where org_id = ${orgId} and (id::text = lower(${text}) or slug = ${text}
      or ${kind === 'agent' ? sql`false` : sql`name = ${text}`})
    order by (id::text = lower(${text})) desc, (slug = ${text}) desc, created_at desc limit 1`.execute(db);
  return rows[0];
}

export async function hasAgentType({ db, orgId }: Context, type: string): Promise<boolean> {
  const row = await db
    .selectFrom('agents')
    .select('id')
    .where('org_id', '=', orgId)
    .where('agent_type', '=', type)
    .executeTakeFirst();
  return row !== undefined;
}
