import { type Context, inTransaction } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { approvalConsumed } from '../approvals/approvals.events.ts';
import { publishApproval } from '../approvals/publish-approval.ts';
import { consumeRow } from '../approvals/uses/uses.store.ts';
import { liftScope } from '../leases/leases.store.ts';
import type { Grant, GrantConsume } from './grants.schema.ts';
import { findOwnGrant, useGrant } from './grants.store.ts';

/**
 * Uses a grant up for exactly the call that it was given for: of several that try at once, one succeeds. Throws
 * `grant.not_found`, `grant.used`, `grant.expired`, `grant.mismatch`.
 */
export const consumeGrant = (ctx: Context, id: string, use: GrantConsume): Promise<Grant> =>
  inTransaction(ctx, async (tx) => {
    const used = await useGrant(tx, id, use);
    if (!used) throw await findRefusal(tx, id, use);
    await liftScope(tx, used.approval_id);
    if (await consumeRow(tx, used.approval_id))
      await publishApproval(tx, approvalConsumed, used.approval_id, { task_id: null });
    return used;
  });

async function findRefusal(ctx: Context, id: string, use: GrantConsume): Promise<Problem> {
  const grant = await findOwnGrant(ctx, id);
  if (!grant) return notFound('grant', id);
  if (grant.args_hash !== use.args_hash || grant.step_key !== use.step_key)
    return new Problem('grant.mismatch', 409, 'The approval was given for another call, or for other arguments.');
  if (grant.uses_left === 0) return new Problem('grant.used', 409, 'The approval was used, or taken back.');
  return new Problem('grant.expired', 409, 'The time to use the approval has passed; ask again.');
}
