import { type Context, inTransaction } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { approvalConsumed } from '../approvals.events.ts';
import { assertUsable } from '../approvals.rules.ts';
import type { ApprovalRead } from '../approvals.schema.ts';
import { lockApproval } from '../decisions/decisions.store.ts';
import { publishApproval } from '../publish-approval.ts';
import { consumeRow, isBoardPaused } from './uses.store.ts';

export interface Use {
  boardId: string;
  id: string;
  argsHash: string;
}

/**
 * Uses an approval for exactly the arguments that it was given for, once. Throws `approval.not_found`,
 * `approval.already_consumed`, `approval.args_mismatch`, `approval.not_approved`, `approval.expired`, `board.paused`.
 */
export const consumeApproval = (ctx: Context, { boardId, id, argsHash }: Use): Promise<ApprovalRead> =>
  inTransaction(ctx, async (tx) => {
    if (tx.caller.kind === 'agent' && (await isBoardPaused(tx, boardId)))
      throw new Problem('board.paused', 409, 'The board is paused: its agents wait.');
    const approval = await lockApproval(tx, id);
    if (approval?.kind !== 'board' || approval.boardId !== boardId) throw notFound('approval', id);
    assertUsable(approval, argsHash, tx.now().getTime());
    if (!(await consumeRow(tx, id))) throw new Error(`approval ${id} changed while it was locked`);
    return publishApproval(tx, approvalConsumed, id, { task_id: null });
  });
