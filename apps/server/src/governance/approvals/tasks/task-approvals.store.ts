import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { isOverdue } from '../approvals.store.ts';

/** Whether an approval of kind `board` that is linked to the task waits for a decision. */
export async function hasPendingApproval(tx: TxContext, taskId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from approval_task_links l join approvals a on a.id = l.approval_id
    where l.org_id = ${tx.orgId} and l.task_id = ${taskId} and l.pending and a.kind = 'board'
      and not ${isOverdue(tx)} limit 1`.execute(tx.db);
  return rows.length > 0;
}

export interface TaskMove {
  boardId: string;
  taskId: string;
  cycle: number;
}

/** Uses up the link of the oldest usable approval; undefined when there is none. */
export async function consumeLink(
  { db, orgId, now }: TxContext,
  { boardId, taskId, cycle }: TaskMove,
): Promise<{ approval_id: string } | undefined> {
  const { rows } = await sql<{ approval_id: string }>`
    update approval_task_links set consumed_at = ${now()} where consumed_at is null and id = (
      select l.id from approval_task_links l join approvals a on a.id = l.approval_id
      where l.org_id = ${orgId} and l.task_id = ${taskId} and l.task_cycle = ${cycle} and l.consumed_at is null
        and a.board_id = ${boardId} and a.kind = 'board' and a.status = 'approved' and a.consumed_at is null
        and a.resolved_at + (a.expires_at - a.created_at) > ${now()}::timestamptz
      order by a.resolved_at, a.id limit 1 for update of a)
    returning approval_id`.execute(db);
  return rows[0];
}

/** Notes who used a link of an approval first; the approval is used up when every link is. */
export async function noteLinkUse({ db, orgId, actor, now }: TxContext, approvalId: string): Promise<void> {
  await sql`
    update approvals a set version = version + 1, updated_at = ${now()},
      consumed_at = case when links.open then null else ${now()}::timestamptz end,
      consumed_by = coalesce(a.consumed_by, ${JSON.stringify(actor)}::jsonb)
    from (select exists (select 1 from approval_task_links where approval_id = ${approvalId} and consumed_at is null)
      as open) links
    where a.org_id = ${orgId} and a.id = ${approvalId}`.execute(db);
}

/** An approval that a task leaves, and the first of its other tasks. */
export interface LeftApproval {
  id: string;
  board_id: string;
  action_type: string;
  args_hash: string;
  next_task_id: string | null;
}

/** Locks the approvals that are linked to a task, in the order of their ids. */
export async function lockApprovalsOfTask({ db, orgId }: TxContext, taskId: string): Promise<LeftApproval[]> {
  const { rows } = await sql<LeftApproval>`
    select a.id, a.board_id, a.action_type, a.args_hash,
      (select o.task_id from approval_task_links o where o.approval_id = a.id and o.task_id <> ${taskId}
        order by o.position limit 1) as next_task_id
    from approvals a where a.org_id = ${orgId}
      and a.id in (select approval_id from approval_task_links where org_id = ${orgId} and task_id = ${taskId})
    order by a.id for update`.execute(db);
  return rows;
}

/** Takes a task out of approvals that have others. */
export async function unlinkTask({ db, orgId, now }: TxContext, taskId: string, approvals: LeftApproval[]) {
  if (approvals.length === 0) return;
  const ids = sql.join(approvals.map(({ id }) => id));
  await sql`delete from approval_task_links where org_id = ${orgId} and task_id = ${taskId}
    and approval_id in (${ids})`.execute(db);
  await sql`update approvals a set version = version + 1, updated_at = ${now()}, task_id = (
      select l.task_id from approval_task_links l where l.approval_id = a.id order by l.position limit 1)
    where a.org_id = ${orgId} and a.id in (${ids})`.execute(db);
}

export async function removeApprovals({ db, orgId }: TxContext, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.deleteFrom('approvals').where('org_id', '=', orgId).where('id', 'in', ids).execute();
}
