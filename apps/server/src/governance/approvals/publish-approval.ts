import type { z } from 'zod';
import type { TxContext } from '#server/platform/context.ts';
import { type EventType, publish } from '#server/platform/events/publish.ts';
import type { ApprovalFact } from './approvals.events.ts';
import type { ApprovalRead } from './approvals.schema.ts';
import { getApproval } from './approvals.service.ts';
import { countPendingApprovals } from './approvals.store.ts';
import { countTaskApprovals } from './uses/task-uses.store.ts';

/** An approval as it is now, with the counts that streams show beside it. */
export async function showApproval(tx: TxContext, id: string): Promise<ApprovalFact> {
  const approval = await getApproval(tx, { id });
  return {
    approval,
    pending_approvals_count: await countPendingApprovals(tx, approval.board_id),
    task_counts: await countTaskApprovals(tx, approval.task_ids),
  };
}

/** Publishes a fact about an approval as it is now; returns the approval. */
export async function publishApproval<S extends z.ZodType<ApprovalFact>>(
  tx: TxContext,
  event: EventType<S>,
  id: string,
  more: Omit<z.infer<S>, keyof ApprovalFact>,
): Promise<ApprovalRead> {
  const shown = await showApproval(tx, id);
  const data = { ...shown, ...more } as z.infer<S>; // `more` is what S has beyond ApprovalFact
  await publish(tx, event, { subjectId: id, boardId: shown.approval.board_id, data });
  return shown.approval;
}
