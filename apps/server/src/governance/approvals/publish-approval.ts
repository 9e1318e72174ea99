import type { z } from 'zod';
import type { TxContext } from '#server/platform/context.ts';
import { type EventType, publish } from '#server/platform/events/publish.ts';
import { countTaskApprovals } from '../task-approvals/task-approvals.store.ts';
import type { TaskCount } from './approvals.events.ts';
import type { ApprovalRead } from './approvals.schema.ts';
import { countPendingApprovals, findApproval } from './approvals.store.ts';

interface Shown {
  approval: ApprovalRead;
  pending_approvals_count: number;
  task_counts: TaskCount[];
}

/** Publishes a fact about an approval as it is now, with the counts that streams show; returns the approval. */
export async function publishApproval<S extends z.ZodType<Shown>>(
  tx: TxContext,
  event: EventType<S>,
  id: string,
  more: Omit<z.infer<S>, keyof Shown>,
): Promise<ApprovalRead> {
  const approval = await findApproval(tx, id);
  if (!approval) throw new Error(`approval ${id} went while it was changed`);
  const shown: Shown = {
    approval,
    pending_approvals_count: await countPendingApprovals(tx, approval.board_id),
    task_counts: await countTaskApprovals(tx, approval.task_ids),
  };
  await publish(tx, event, {
    subjectId: id,
    boardId: approval.board_id,
    data: { ...shown, ...more } as z.infer<S>, // `more` is what S has beyond Shown
  });
  return approval;
}
