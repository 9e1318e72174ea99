import type { Context } from '#server/platform/context.ts';
import { notFound } from '#server/platform/problem.ts';
import type { ApprovalRead } from './approvals.schema.ts';
import { findApproval } from './approvals.store.ts';

/** The approval that a caller names: by itself, or on the board of a path. */
export interface ApprovalPlace {
  id: string;
  boardId?: string;
}

/** Throws `approval.not_found`. */
export async function getApproval(ctx: Context, { id, boardId }: ApprovalPlace): Promise<ApprovalRead> {
  const approval = await findApproval(ctx, id, boardId);
  if (!approval) throw notFound('approval', id);
  return approval;
}
