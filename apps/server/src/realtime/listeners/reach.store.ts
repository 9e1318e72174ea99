import { sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';

/** A board that the caller may read, with its group; undefined for any other. */
export const findReadableBoard = (ctx: Context, id: string): Promise<{ board_group_id: string | null } | undefined> =>
  ctx.db
    .selectFrom('boards as b')
    .select('b.board_group_id')
    .where('b.org_id', '=', ctx.orgId)
    .where('b.id', '=', id)
    .where(mayReadBoard(ctx, sql.ref('b.id')))
    .executeTakeFirst();

/** The boards that the caller may read. */
export async function listReadableBoards(ctx: Context): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('boards as b')
    .select('b.id')
    .where('b.org_id', '=', ctx.orgId)
    .where(mayReadBoard(ctx, sql.ref('b.id')))
    .execute();
  return rows.map(({ id }) => id);
}
