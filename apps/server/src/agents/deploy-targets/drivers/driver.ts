import type { Context } from '#server/platform/context.ts';
import { Problem } from '#server/platform/problem.ts';
import type { StoredTarget } from '../deploy-targets.store.ts';

/** What a target is told of a swap; the same bytes with every try. */
export interface SwapOrder {
  deployment_id: string;
  agent: { id: string; slug: string };
  from: { number: number; target_ref: string | null } | null;
  to: { number: number; target_ref: string | null; git_sha: string | null };
  kind: 'activate' | 'rollback' | 'auto_rollback' | 'test';
  reason: string;
  requested_at: string;
}

/** Whether the target has taken the swap, or is at it and must be asked again. */
export type SwapState = 'accepted' | 'rolling';

/** One way of putting a version into effect. What fails is a Problem: retryable when the same call may succeed later. */
export interface Driver {
  swap(ctx: Context, target: StoredTarget, order: SwapOrder): Promise<SwapState>;
  /** Only of drivers that answer `rolling`. */
  follow?(ctx: Context, target: StoredTarget): Promise<SwapState>;
  /** Tries the target without changing what runs there; says what was seen. */
  test(ctx: Context, target: StoredTarget): Promise<string>;
}

export const placeOfSecret = (id: string): string => `deploy_targets.secret_enc:${id}`;

/** The secret of a target. Throws `deploy_target.secret_missing`. */
export function openSecret({ secrets }: Context, { id, secret_enc }: StoredTarget): string {
  if (secret_enc === null)
    throw new Problem('deploy_target.secret_missing', 409, 'The deployment target has no secret; set one.');
  return secrets.decrypt(secret_enc, placeOfSecret(id));
}

/** Answers that the same call may turn into a good one later; the rest of 4xx says that it never will. */
const LATER = [408, 425, 429];

/** Throws unless the answer is 2xx. What the target wrote stays out of it: members may read the error. */
export function assertTaken(status: number): void {
  if (status >= 200 && status < 300) return;
  const isRetryable = status < 400 || status >= 500 || LATER.includes(status);
  throw new Problem('target.refused', 502, `The target answered ${status}.`, { isRetryable });
}
