import type { Approval } from '#console/api/contract.ts';
import type { StateLook } from '../state/mark.tsx';

const looks = {
  pending: { tone: 'warn', shape: 'half', word: 'Waiting' },
  approved: { tone: 'ok', shape: 'dot', word: 'Approved' },
  used: { tone: 'ok', shape: 'ring', word: 'Approved and used' },
  rejected: { tone: 'bad', shape: 'diamond', word: 'Rejected' },
  expired: { tone: 'idle', shape: 'ring', word: 'Expired' },
  withdrawn: { tone: 'idle', shape: 'ring', word: 'Withdrawn' },
  superseded: { tone: 'idle', shape: 'ring', word: 'Superseded' },
} as const satisfies Record<string, StateLook>;

/** How an approval stands: an expired one counts as rejected, and says so. */
export function approvalLook({ status, resolution, consumed_at }: Approval): StateLook {
  if (consumed_at !== null) return looks.used;
  return looks[resolution ?? status] ?? looks[status];
}
