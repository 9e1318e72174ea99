import { consumeTaskApproval, hasPendingApproval } from '#server/governance/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { hasCommentOf } from '../../comments/comments.store.ts';
import { type Gate, gateProblem, roundStart } from './gates.rules.ts';
import type { StoredTask } from './moves.store.ts';

/**
 * Asks what the board wants before a task moves; a move to done uses up its approval. `assignees` are the ones before and
 * after the move. Throws `task.pending_approval`, `task.review_required`, `task.approval_required`,
 * `task.comment_required`.
 */
export async function passGates(
  tx: TxContext,
  gates: Gate[],
  { task, board }: StoredTask,
  assignees: (string | null)[],
): Promise<void> {
  const start = roundStart(task);
  const isPassed: Record<Gate, () => Promise<boolean>> = {
    no_pending_approval: async () => !(await hasPendingApproval(tx, task.id)),
    review: async () => false,
    approval: () => consumeTaskApproval(tx, { boardId: board.id, taskId: task.id, cycle: task.cycle }),
    comment: async () => start !== null && hasCommentOf(tx, task.id, assignees, start),
  };
  for (const gate of gates) if (!(await isPassed[gate]())) throw gateProblem(gate);
}
