import { sql } from 'kysely';
import type { Platform, TxContext } from '#server/platform/context.ts';

interface Expired {
  id: string;
  on_timeout: string;
}

/** Expires those of `ids` that are pending past their time, with their links; returns which. */
export async function saveExpired({ db, orgId, now }: TxContext, ids: string[]): Promise<Expired[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Expired>`
    update approvals set status = 'rejected', resolution = 'expired', resolved_at = expires_at, updated_at = ${now()},
      version = version + 1
    where id in (select id from approvals where org_id = ${orgId} and id in (${sql.join(ids)})
        and status = 'pending' and expires_at <= ${now()}::timestamptz order by id for update)
      and status = 'pending'
    returning id, on_timeout`.execute(db);
  if (rows.length > 0)
    await db
      .updateTable('approval_task_links')
      .set({ pending: false })
      .where('org_id', '=', orgId)
      .where(
        'approval_id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
  return rows;
}

/** The time of a pending one is over now. */
export async function endTime({ db, orgId, now }: TxContext, id: string): Promise<void> {
  await db
    .updateTable('approvals')
    .set({ expires_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .execute();
}

/** Pending approvals of all organizations whose time has passed, the oldest first. */
export const listOverdue = ({ db, now }: Platform, limit: number) =>
  db
    .selectFrom('approvals')
    .select(['id', 'org_id'])
    .where('status', '=', 'pending')
    .where('expires_at', '<=', now().toISOString())
    .orderBy('expires_at')
    .limit(limit)
    .execute();

/** Pending approvals that something waits for and of which half of the time has passed; none that was reminded of. */
export const listHalfway = async ({ db, now }: Platform, limit: number): Promise<{ id: string; org_id: string }[]> => {
  const { rows } = await sql<{ id: string; org_id: string }>`
    select id, org_id from approvals
    where status = 'pending' and kind <> 'board' and reminded_at is null and expires_at > ${now()}::timestamptz
      and created_at + (expires_at - created_at) / 2 <= ${now()}::timestamptz
    order by expires_at limit ${limit}`.execute(db);
  return rows;
};

/** Notes that those of `ids` that still wait were reminded of; returns which. */
export async function saveReminded({ db, orgId, now }: TxContext, ids: string[]): Promise<string[]> {
  const rows = await db
    .updateTable('approvals')
    .set({ reminded_at: now() })
    .where('org_id', '=', orgId)
    .where('id', 'in', ids)
    .where('status', '=', 'pending')
    .where('reminded_at', 'is', null)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}
