import { Problem } from '#server/platform/problem.ts';

/** A task's lease as it is stored; no expiry means that nobody holds it. */
export interface Lease {
  lease_fence: number;
  lease_expires_at: string | null;
}

/** Whether whoever was given `fence` still holds the lease. */
const isHeld = ({ lease_fence, lease_expires_at }: Lease, fence: number, now: Date): boolean =>
  lease_fence === fence && lease_expires_at !== null && Date.parse(lease_expires_at) > now.getTime();

/** Throws `task.lease_lost` when a caller that names a fence does not hold the lease; who names none is not asked. */
export function assertLease(lease: Lease, fence: number | undefined, now: Date): void {
  if (fence !== undefined && !isHeld(lease, fence, now)) throw leaseLost();
}

/** Throws `task.lease_lost` unless the agent holds the lease under this fence. */
export function assertHolder(
  lease: Lease,
  { agentId, assigneeId, fence, now }: { agentId: string; assigneeId: string | null; fence: number; now: Date },
): void {
  if (assigneeId !== agentId || !isHeld(lease, fence, now)) throw leaseLost();
}

const leaseLost = () =>
  new Problem('task.lease_lost', 409, 'The lease on this task is over: it may be in other hands. Claim the next.');

/** Throws unless an agent may take tasks of the board: `board.paused`, `task.lead_only_status`, `auth.forbidden`. */
export function assertMayClaim(
  kind: string,
  board: { is_paused: boolean; only_lead_can_change_status: boolean },
): void {
  if (kind !== 'worker' && kind !== 'external')
    throw new Problem('auth.forbidden', 403, 'Workers claim tasks; leads assign them.');
  if (board.is_paused)
    throw new Problem('board.paused', 409, 'The board is paused: no task is handed out until it is resumed.');
  if (board.only_lead_can_change_status)
    throw new Problem('task.lead_only_status', 403, 'On this board only the lead hands out tasks.');
}
