import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';

/** Uses up an approval as a whole, with its links; false when it was used meanwhile. */
export async function consumeRow({ db, orgId, actor, now }: TxContext, id: string): Promise<boolean> {
  const { rows } = await sql`
    update approvals set consumed_at = ${now()}, consumed_by = ${JSON.stringify(actor)}::jsonb, updated_at = ${now()},
      version = version + 1
    where org_id = ${orgId} and id = ${id} and status = 'approved' and consumed_at is null returning id`.execute(db);
  await db
    .updateTable('approval_task_links')
    .set({ consumed_at: now() })
    .where('org_id', '=', orgId)
    .where('approval_id', '=', id)
    .execute();
  return rows.length > 0;
}

export async function isBoardPaused({ db, orgId }: Context, boardId: string): Promise<boolean> {
  const row = await db
    .selectFrom('boards')
    .select('paused_at')
    .where('org_id', '=', orgId)
    .where('id', '=', boardId)
    .executeTakeFirst();
  return (row?.paused_at ?? null) !== null;
}
