import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { Database } from '#server/platform/postgres/database.ts';
import type { OrganizationBoardAccessRead, OrganizationBoardAccessSpec } from './board-access.schema.ts';

/** What a member may do board by board, oldest row first. */
export const listAccessRows = (db: Database, memberId: string): Promise<OrganizationBoardAccessRead[]> =>
  db
    .selectFrom('organization_board_access')
    .select(['id', 'board_id', 'can_read', 'can_write', 'created_at', 'updated_at'])
    .where('organization_member_id', '=', memberId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();

/** Leaves exactly these rows; one that stays keeps its id. */
export async function saveAccessRows(
  { db, orgId, now }: TxContext,
  memberId: string,
  rows: OrganizationBoardAccessSpec[],
): Promise<void> {
  const boardIds = rows.map(({ board_id }) => board_id);
  await sql`delete from organization_board_access
    where organization_member_id = ${memberId} and board_id <> all (${boardIds}::uuid[])`.execute(db);
  if (rows.length === 0) return;
  const at = now();
  const values = rows.map((row) => ({
    ...row,
    id: newId(at),
    org_id: orgId,
    organization_member_id: memberId,
    created_at: at,
    updated_at: at,
  }));
  await db
    .insertInto('organization_board_access')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['organization_member_id', 'board_id']).doUpdateSet({
        can_read: sql`excluded.can_read`,
        can_write: sql`excluded.can_write`,
        updated_at: sql`excluded.updated_at`,
      }),
    )
    .execute();
}

/** Which of these boards are none of the organization's; the others stand until the transaction ends. */
export async function listForeignBoards({ db, orgId }: TxContext, boardIds: string[]): Promise<string[]> {
  if (boardIds.length === 0) return [];
  const own = await db
    .selectFrom('boards')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', 'in', boardIds)
    .orderBy('id')
    .forKeyShare()
    .execute();
  const known = new Set(own.map(({ id }) => id));
  return boardIds.filter((id) => !known.has(id));
}

/** What a person may do on boards of the organization. */
export async function findAccessOf({ db, orgId }: Context, userId: string) {
  const member = await db
    .selectFrom('organization_members')
    .select(['id', 'all_boards_read', 'all_boards_write'])
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return { ...member, board_access: await listAccessRows(db, member.id) };
}
