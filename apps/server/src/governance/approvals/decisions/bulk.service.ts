import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { ApprovalResolveResult, ApprovalsResolve } from '../approvals.schema.ts';
import { updateApproval } from './decisions.service.ts';

/** Decides about several approvals, each in a transaction of its own; a failed one does not stop the rest. */
export async function resolveApprovals(ctx: Context, { items }: ApprovalsResolve): Promise<ApprovalResolveResult[]> {
  const results: ApprovalResolveResult[] = [];
  for (const { approval_id, ...change } of items) results.push(await resolveOne(ctx, approval_id, change));
  return results;
}

async function resolveOne(
  ctx: Context,
  approvalId: string,
  change: Parameters<typeof updateApproval>[2],
): Promise<ApprovalResolveResult> {
  try {
    const approval = await updateApproval(ctx, { id: approvalId }, change);
    return { approval_id: approvalId, ok: true, approval, error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, body } = error;
    return { approval_id: approvalId, ok: false, approval: null, error: { code, detail: body } };
  }
}
