import { type Expression, type RawBuilder, sql } from 'kysely';
import { hasRole, mayReadBoard, mayWriteBoard } from '#server/identity/index.ts';
import type { Context, TxContext } from '#server/platform/context.ts';
import { onConstraint, Problem } from '#server/platform/problem.ts';
import type { BoardGroupRead } from './groups.schema.ts';

/** What a group holds besides its identity. */
export type GroupRow = Pick<BoardGroupRead, 'name' | 'slug' | 'description'>;

export type GroupLevel = 'read' | 'write';

/** SQL: whether the caller reaches one of the group's boards; one without boards is for admins. */
function mayReachGroup(ctx: Context, groupId: Expression<string>, level: GroupLevel): RawBuilder<boolean> {
  const may = (level === 'read' ? mayReadBoard : mayWriteBoard)(ctx, sql.ref('gb.id'));
  const isAdmin = ctx.caller.kind === 'user' && hasRole(ctx.caller.role, 'admin');
  return sql<boolean>`case
    when exists (select 1 from boards gb where gb.org_id = ${ctx.orgId} and gb.board_group_id = ${groupId})
    then exists (select 1 from boards gb where gb.org_id = ${ctx.orgId} and gb.board_group_id = ${groupId} and ${may})
    else ${isAdmin}::boolean end`;
}

const groups = ({ db, orgId }: Context) =>
  db
    .selectFrom('board_groups as g')
    .select(['g.id', 'g.org_id as organization_id', 'g.name', 'g.slug', 'g.description'])
    .select(['g.version', 'g.created_at', 'g.updated_at'])
    .where('g.org_id', '=', orgId);

export const findGroup = (ctx: Context, id: string): Promise<BoardGroupRead | undefined> =>
  groups(ctx).where('g.id', '=', id).executeTakeFirst();

/** A group and whether the caller may do that with it. */
export const findGroupOfCaller = (ctx: Context, id: string, level: GroupLevel) =>
  groups(ctx)
    .where('g.id', '=', id)
    .select(mayReachGroup(ctx, sql.ref('g.id'), level).as('may'))
    .executeTakeFirst();

export const lockGroup = (tx: TxContext, id: string): Promise<BoardGroupRead | undefined> =>
  groups(tx).where('g.id', '=', id).forUpdate().executeTakeFirst();

/** A page of the groups that the caller may read, by name, and how many there are. */
export async function listGroups(ctx: Context, { limit, offset }: { limit: number; offset: number }) {
  const isTheirs = mayReachGroup(ctx, sql.ref('g.id'), 'read');
  const [items, { total }] = await Promise.all([
    groups(ctx)
      .where(isTheirs)
      .orderBy(sql`lower(g.name)`)
      .orderBy('g.created_at', 'desc')
      .orderBy('g.id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    ctx.db
      .selectFrom('board_groups as g')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('g.org_id', '=', ctx.orgId)
      .where(isTheirs)
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total, limit, offset };
}

/** Every group that the caller may read. */
export async function listReadableGroupIds(ctx: Context): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('board_groups as g')
    .select('g.id')
    .where('g.org_id', '=', ctx.orgId)
    .where(mayReachGroup(ctx, sql.ref('g.id'), 'read'))
    .execute();
  return rows.map(({ id }) => id);
}

const slugTaken = (slug: string) =>
  new Problem('board_group.slug_taken', 409, `There is a board group with the slug ${slug} already.`);

/** Throws `board_group.slug_taken`. */
export async function insertGroup({ db, orgId, now }: TxContext, id: string, row: GroupRow): Promise<void> {
  const at = now();
  const statement = db.insertInto('board_groups').values({ ...row, id, org_id: orgId, created_at: at, updated_at: at });
  await onConstraint(statement.execute(), 'board_groups_org_id_slug_key', () => slugTaken(row.slug));
}

/** Throws `board_group.slug_taken`. */
export async function saveGroup({ db, orgId, now }: TxContext, id: string, row: GroupRow): Promise<void> {
  const statement = db
    .updateTable('board_groups')
    .set({ ...row, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id);
  await onConstraint(statement.execute(), 'board_groups_org_id_slug_key', () => slugTaken(row.slug));
}

/** Removes a group with its memory. */
export async function removeGroup({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('board_groups').where('org_id', '=', orgId).where('id', '=', id).execute();
}
