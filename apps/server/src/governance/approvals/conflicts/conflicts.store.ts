import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import type { Conflict } from '../approvals.rules.ts';

/** The pending links of tasks; `isOverdue` says that nobody decided in time, so that the approval is to expire. */
export async function listPendingLinks(
  { db, orgId, now }: TxContext,
  taskIds: string[],
): Promise<(Conflict & { is_overdue: boolean })[]> {
  if (taskIds.length === 0) return [];
  const { rows } = await sql<Conflict & { is_overdue: boolean }>`
    select l.task_id, l.approval_id, a.expires_at <= ${now()}::timestamptz as is_overdue
    from approval_task_links l join approvals a on a.id = l.approval_id
    where l.org_id = ${orgId} and l.pending and l.task_id in (${sql.join(taskIds)}) order by l.task_id`.execute(db);
  return rows;
}
