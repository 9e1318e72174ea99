import { type Context, inTransaction } from '#server/platform/context.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { approvalConsumed } from '../approvals/approvals.events.ts';
import { publishApproval } from '../approvals/publish-approval.ts';
import { consumeRow } from '../approvals/uses/uses.store.ts';
import { liftScope } from '../leases/leases.store.ts';
import type { Grant, GrantConsume } from './grants.schema.ts';
import { findOwnGrant, useGrant } from './grants.store.ts';
import { isCovered } from './likes.rules.ts';

/**
 * Uses a grant for exactly the call that it was given for, or for one that is like it where people meant those, too: of
 * several that try to use it for the last time, one succeeds. Throws
 * `grant.not_found`, `grant.used`, `grant.expired`, `grant.mismatch`.
 */
export const consumeGrant = (ctx: Context, id: string, use: GrantConsume): Promise<Grant> =>
  inTransaction(ctx, async (tx) => {
    const grant = await findOwnGrant(tx, id);
    if (!grant) throw notFound('grant', id);
    if (!isCovered(grant, use))
      throw new Problem('grant.mismatch', 409, 'The approval was given for another call, or for other arguments.');
    const used = await useGrant(tx, id);
    if (!used) throw toRefusal(await findOwnGrant(tx, id));
    await liftScope(tx, used.approval_id);
    await consumeRow(tx, used.approval_id);
    await publishApproval(tx, approvalConsumed, used.approval_id, { task_id: null });
    return used;
  });

const toRefusal = (grant: Grant | undefined): Problem =>
  grant?.uses_left === 0
    ? new Problem('grant.used', 409, 'The approval was used, or taken back.')
    : new Problem('grant.expired', 409, 'The time to use the approval has passed; ask again.');
