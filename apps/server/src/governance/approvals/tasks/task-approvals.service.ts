import type { TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { approvalConsumed, approvalDeleted } from '../approvals.events.ts';
import { publishApproval } from '../publish-approval.ts';
import {
  consumeLink,
  lockApprovalsOfTask,
  noteLinkUse,
  removeApprovals,
  type TaskMove,
  unlinkTask,
} from './task-approvals.store.ts';

/**
 * Uses an approval for a task that enters `done`: approved, not expired, not used for this task yet, and given for this
 * cycle of it. False when there is none. The caller holds the lock on the task.
 */
export async function consumeTaskApproval(tx: TxContext, move: TaskMove): Promise<boolean> {
  const link = await consumeLink(tx, move);
  if (!link) return false;
  await noteLinkUse(tx, link.approval_id);
  await publishApproval(tx, approvalConsumed, link.approval_id, { task_id: move.taskId });
  return true;
}

/** Before a task goes: approvals with other tasks keep those, approvals without are deleted. The caller holds its lock. */
export async function releaseTaskFromApprovals(tx: TxContext, taskId: string): Promise<void> {
  const approvals = await lockApprovalsOfTask(tx, taskId);
  const left = approvals.filter(({ next_task_id }) => next_task_id === null);
  await unlinkTask(
    tx,
    taskId,
    approvals.filter(({ next_task_id }) => next_task_id !== null),
  );
  await removeApprovals(
    tx,
    left.map(({ id }) => id),
  );
  for (const { id, board_id, action_type, args_hash } of left)
    await publish(tx, approvalDeleted, {
      subjectId: id,
      boardId: board_id,
      data: { id, board_id, action_type, args_hash },
    });
}
