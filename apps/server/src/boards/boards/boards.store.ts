import { type RawBuilder, sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context, TxContext } from '#server/platform/context.ts';
import { onConstraint, Problem } from '#server/platform/problem.ts';
import { addCounts } from './board-counts.store.ts';
import type { BoardChanges } from './boards.rules.ts';
import type { BoardCreate, BoardQuery, BoardRead } from './boards.schema.ts';

const COLUMNS = sql.raw(`b.id, b.org_id as organization_id, b.name, b.slug, b.description, b.gateway_id,
  b.board_group_id, b.board_type, b.objective, b.success_metrics, b.target_date, b.goal_confirmed, b.goal_source,
  b.require_approval_for_done, b.require_review_before_done, b.comment_required_for_review,
  b.block_status_changes_with_pending_approval, b.only_lead_can_change_status, b.max_agents, b.paused_at, b.version,
  b.created_at, b.updated_at`);

/** The boards of the organization to which `rest`, conditions and what follows them, applies. */
async function select({ db, orgId }: Context, rest: RawBuilder<unknown>): Promise<BoardRead[]> {
  const { rows } = await sql<BoardRead>`select ${COLUMNS} from boards b where b.org_id = ${orgId} and ${rest}`.execute(
    db,
  );
  return rows;
}

export const findBoard = async (ctx: Context, id: string): Promise<BoardRead | undefined> =>
  (await select(ctx, sql`b.id = ${id}`))[0];

/** Holds a board's row until the transaction ends; tasks and comments may still be added to it. */
export const lockBoard = async (tx: TxContext, id: string): Promise<BoardRead | undefined> =>
  (await select(tx, sql`b.id = ${id} for no key update`))[0];

export const lockBoardsOfGroup = (tx: TxContext, groupId: string): Promise<BoardRead[]> =>
  select(tx, sql`b.board_group_id = ${groupId} order by b.id for no key update`);

/** As {@link lockBoard}, and nothing can be added to it. */
export const lockBoardForRemoval = async (tx: TxContext, id: string): Promise<BoardRead | undefined> =>
  (await select(tx, sql`b.id = ${id} for update`))[0];

const BY_NAME = sql`lower(b.name), b.created_at desc, b.id desc`;
const NEWEST_FIRST = sql`b.created_at desc, b.id desc`;

type BoardSlice = Omit<BoardQuery, 'with_counts'> & { with_counts?: boolean };

/** A page of the boards that the caller may read, and how many there are: by name, or newest first. */
export async function listBoards(
  ctx: Context,
  { gateway_id, board_group_id, limit, offset, with_counts = false }: BoardSlice,
  order: 'name' | 'newest' = 'name',
) {
  const conditions = [
    mayReadBoard(ctx, sql.ref('b.id')),
    ...(gateway_id === undefined ? [] : [sql`b.gateway_id = ${gateway_id}`]),
    ...(board_group_id === undefined ? [] : [sql`b.board_group_id = ${board_group_id}`]),
  ];
  const matches = sql`${sql.join(conditions, sql` and `)}`;
  const sorted = order === 'name' ? BY_NAME : NEWEST_FIRST;
  const [items, counted] = await Promise.all([
    select(ctx, sql`${matches} order by ${sorted} limit ${limit} offset ${offset}`),
    sql<{ total: number }>`select count(*)::int as total from boards b
      where b.org_id = ${ctx.orgId} and ${matches}`.execute(ctx.db),
  ]);
  const lines = with_counts ? await addCounts(ctx, items) : items;
  return { items: lines, total: counted.rows[0]?.total ?? 0, limit, offset };
}

/** The boards of a group that the caller may see, by name: people those they read, agents all. */
export function listBoardsOfGroup(ctx: Context, groupId: string): Promise<BoardRead[]> {
  const may = ctx.caller.kind === 'agent' ? sql`true` : mayReadBoard(ctx, sql.ref('b.id'));
  return select(ctx, sql`b.board_group_id = ${groupId} and ${may} order by ${BY_NAME}`);
}

/** The slugs of the organization that are `base`, or `base` with a suffix. */
export async function findSlugs({ db, orgId }: TxContext, base: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('boards')
    .select('slug')
    .where('org_id', '=', orgId)
    .where((eb) => eb.or([eb('slug', '=', base), eb('slug', 'like', `${base}-%`)]))
    .execute();
  return new Set(rows.map(({ slug }) => slug));
}

const toColumns = <T extends { success_metrics?: unknown }>({ success_metrics, ...columns }: T) => ({
  ...columns,
  ...(success_metrics === undefined
    ? {}
    : { success_metrics: success_metrics === null ? null : JSON.stringify(success_metrics) }),
});

/** Makes a board; undefined when the slug is taken. */
export async function insertBoard(
  tx: TxContext,
  { without_gateway, ...board }: BoardCreate & { id: string },
): Promise<BoardRead | undefined> {
  const row = await tx.db
    .insertInto('boards')
    .values({ ...toColumns(board), org_id: tx.orgId, created_at: tx.now(), updated_at: tx.now() })
    .onConflict((conflict) => conflict.columns(['org_id', 'slug']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row && findBoard(tx, row.id);
}

/** Throws `board.slug_taken`. */
export async function saveBoard(
  { db, orgId, now }: TxContext,
  id: string,
  changes: BoardChanges & { paused_at?: Date | null },
): Promise<void> {
  const statement = db
    .updateTable('boards')
    .set({ ...toColumns(changes), updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id);
  await onConstraint(
    statement.execute(),
    'boards_org_id_slug_key',
    () => new Problem('board.slug_taken', 409, `There is a board with the slug ${changes.slug} already.`),
  );
}

export async function removeBoard({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('boards').where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** A gateway of the organization and whether it has a main agent; it stays while the transaction is open. */
export const lockGateway = ({ db, orgId }: TxContext, id: string) =>
  db
    .selectFrom('gateways as g')
    .select(
      sql<boolean>`exists (select 1 from agents a
        where a.org_id = g.org_id and a.gateway_id = g.id and a.kind = 'main')`.as('has_main'),
    )
    .where('g.org_id', '=', orgId)
    .where('g.id', '=', id)
    .forKeyShare()
    .executeTakeFirst();

const groupName = ({ db, orgId }: Context, id: string) =>
  db.selectFrom('board_groups').select('name').where('org_id', '=', orgId).where('id', '=', id);

export const findGroupName = (ctx: Context, id: string): Promise<{ name: string } | undefined> =>
  groupName(ctx, id).executeTakeFirst();

/** As {@link findGroupName}, and the group stays while the transaction is open. */
export const lockGroupName = (tx: TxContext, id: string): Promise<{ name: string } | undefined> =>
  groupName(tx, id).forKeyShare().executeTakeFirst();
