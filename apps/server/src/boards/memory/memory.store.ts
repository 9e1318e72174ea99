import { type RawBuilder, sql } from 'kysely';
import { mayWriteBoard } from '#server/identity/index.ts';
import type { Context, TxContext } from '#server/platform/context.ts';
import { notFound, onConstraint } from '#server/platform/problem.ts';
import type { BoardGroupMemoryRead, BoardMemoryRead, MemoryQuery, MemoryUpdate } from './memory.schema.ts';

/** What is kept where. */
export interface MemoryOf {
  board: BoardMemoryRead;
  group: BoardGroupMemoryRead;
}
export type ShelfKind = keyof MemoryOf;

/** Where memory is kept: on a board or in a group of boards. */
export interface Shelf<K extends ShelfKind = ShelfKind> {
  kind: K;
  id: string;
}

/** What a shelf belongs to, when it went while something was written to it. */
const GONE = {
  board: { constraint: 'board_memory_org_id_board_id_fkey', noun: 'board' },
  group: { constraint: 'board_group_memory_org_id_board_group_id_fkey', noun: 'board_group' },
};

const TABLES = { board: sql.table('board_memory'), group: sql.table('board_group_memory') };
const OWNERS = { board: sql.ref('board_id'), group: sql.ref('board_group_id') };

const columnsOf = ({ kind }: Shelf) =>
  sql`id, ${OWNERS[kind]}, content, tags, source, is_chat, user_id, agent_id, edited_at, created_at`;

const isOn = ({ orgId }: Context, { kind, id }: Shelf) => sql`org_id = ${orgId} and ${OWNERS[kind]} = ${id}`;

function matches({ is_chat, q, tag }: MemoryQuery): RawBuilder<unknown> {
  const conditions = [
    ...(is_chat === undefined ? [] : [sql`is_chat = ${is_chat}`]),
    ...(q?.trim() ? [sql`search @@ websearch_to_tsquery('simple', ${q})`] : []),
    ...(tag === undefined ? [] : [sql`tags @> array[${tag}]::text[]`]),
  ];
  return sql.join([sql`true`, ...conditions], sql` and `);
}

/** A page of a shelf, newest first, and how much there is. */
export async function listMemory<K extends ShelfKind>(ctx: Context, shelf: Shelf<K>, query: MemoryQuery) {
  const { limit, offset } = query;
  const from = sql`from ${TABLES[shelf.kind]} where ${isOn(ctx, shelf)} and ${matches(query)}`;
  const [found, counted] = await Promise.all([
    sql<MemoryOf[K]>`select ${columnsOf(shelf)} ${from}
      order by created_at desc, id desc limit ${limit} offset ${offset}`.execute(ctx.db),
    sql<{ total: number }>`select count(*)::int as total ${from}`.execute(ctx.db),
  ]);
  return { items: found.rows, total: counted.rows[0]?.total ?? 0, limit, offset };
}

/** The newest words of a board's chat, newest first. */
export async function listChat(ctx: Context, boardId: string, limit: number): Promise<BoardMemoryRead[]> {
  const shelf: Shelf<'board'> = { kind: 'board', id: boardId };
  const { rows } = await sql<BoardMemoryRead>`select ${columnsOf(shelf)} from ${TABLES.board}
    where ${isOn(ctx, shelf)} and is_chat order by created_at desc, id desc limit ${limit}`.execute(ctx.db);
  return rows;
}

/** A row of a shelf, held until the transaction ends. */
export async function lockMemory<K extends ShelfKind>(
  tx: TxContext,
  shelf: Shelf<K>,
  id: string,
): Promise<MemoryOf[K] | undefined> {
  const { rows } = await sql<MemoryOf[K]>`select ${columnsOf(shelf)} from ${TABLES[shelf.kind]}
    where ${isOn(tx, shelf)} and id = ${id} for update`.execute(tx.db);
  return rows[0];
}

/** A new row of a shelf. */
export interface NewMemory {
  id: string;
  content: string;
  tags: string[] | null;
  source: string | null;
  is_chat: boolean;
  user_id: string | null;
  agent_id: string | null;
}

/** Throws `board.not_found`, `board_group.not_found`. */
export async function insertMemory<K extends ShelfKind>(
  { db, orgId, now }: TxContext,
  shelf: Shelf<K>,
  { id, content, tags, source, is_chat, user_id, agent_id }: NewMemory,
): Promise<MemoryOf[K]> {
  const { constraint, noun } = GONE[shelf.kind];
  const statement = sql<MemoryOf[K]>`
    insert into ${TABLES[shelf.kind]}
      (org_id, ${OWNERS[shelf.kind]}, id, content, tags, source, is_chat, user_id, agent_id, created_at)
    values (${orgId}, ${shelf.id}, ${id}, ${content}, ${tags}, ${source}, ${is_chat}, ${user_id}, ${agent_id}, ${now()})
    returning ${columnsOf(shelf)}`;
  const { rows } = await onConstraint(statement.execute(db), constraint, () => notFound(noun, shelf.id));
  return rows[0] as MemoryOf[K]; // an insert returns its row
}

export async function saveMemory<K extends ShelfKind>(
  tx: TxContext,
  shelf: Shelf<K>,
  id: string,
  { content, tags }: Required<MemoryUpdate>,
): Promise<MemoryOf[K]> {
  const { rows } = await sql<MemoryOf[K]>`
    update ${TABLES[shelf.kind]} set content = ${content}, tags = ${tags}, edited_at = ${tx.now()}
    where ${isOn(tx, shelf)} and id = ${id} returning ${columnsOf(shelf)}`.execute(tx.db);
  return rows[0] as MemoryOf[K]; // the caller holds the row
}

export async function removeMemory(tx: TxContext, shelf: Shelf, id: string): Promise<void> {
  await sql`delete from ${TABLES[shelf.kind]} where ${isOn(tx, shelf)} and id = ${id}`.execute(tx.db);
}

/** How people know the caller: an agent by its name, a person by the name they like. */
export async function findCallerName({ db, caller, actor }: Context): Promise<string> {
  if (caller.kind === 'agent') return caller.name;
  if (actor.kind !== 'user') return 'Mission Control';
  const { rows } = await sql<{ name: string }>`
    select coalesce(nullif(btrim(preferred_name), ''), nullif(btrim(name), '')) as name from users
    where id = ${actor.id}`.execute(db);
  return rows[0]?.name ?? 'User';
}

/** Whether the caller may write on a board of the shelf. */
export async function canWriteOn(ctx: Context, { kind, id }: Shelf): Promise<boolean> {
  const place = kind === 'board' ? sql.ref('b.id') : sql.ref('b.board_group_id');
  const { rows } = await sql`select 1 from boards b
    where b.org_id = ${ctx.orgId} and ${place} = ${id} and ${mayWriteBoard(ctx, sql.ref('b.id'))} limit 1`.execute(
    ctx.db,
  );
  return rows.length > 0;
}
