import type { TxContext } from '#server/platform/context.ts';
import { alreadyPending } from '../approvals.rules.ts';
import { expireApprovals } from '../expiry/expiry.service.ts';
import { listPendingLinks } from './conflicts.store.ts';

/** One approval at a time waits for a task. Throws `approval.already_pending` with those that do; overdue ones expire. */
export async function assertNonePending(tx: TxContext, taskIds: string[]): Promise<void> {
  const links = await listPendingLinks(tx, taskIds);
  const overdue = new Set(links.flatMap(({ approval_id, is_overdue }) => (is_overdue ? approval_id : [])));
  await expireApprovals(tx, [...overdue].sort());
  const conflicts = links.filter(({ is_overdue }) => !is_overdue);
  if (conflicts.length > 0)
    throw alreadyPending(conflicts.map(({ task_id, approval_id }) => ({ task_id, approval_id })));
}
