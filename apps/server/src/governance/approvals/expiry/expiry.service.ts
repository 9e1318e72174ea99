import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { approvalExpired, approvalReminder } from '../approvals.events.ts';
import { publishApproval } from '../publish-approval.ts';
import { listHalfway, listOverdue, saveExpired, saveReminded } from './expiry.store.ts';

const BATCH = 200;

/** Expires those of `ids` that nobody decided in time: the default is no. */
export async function expireApprovals(tx: TxContext, ids: string[]): Promise<void> {
  for (const id of await saveExpired(tx, ids)) await publishApproval(tx, approvalExpired, id, {});
}

/** Expires what is overdue. */
export const expireOverdueApprovals = async (platform: Platform): Promise<void> =>
  forEachOrganization(platform, await listOverdue(platform, BATCH), expireApprovals);

/** Reminds of what something waits for, once, when half of its time has passed. */
export const remindOfApprovals = async (platform: Platform): Promise<void> =>
  forEachOrganization(platform, await listHalfway(platform, BATCH), async (tx, ids) => {
    for (const id of await saveReminded(tx, ids)) await publishApproval(tx, approvalReminder, id, {});
  });

async function forEachOrganization(
  platform: Platform,
  approvals: readonly { id: string; org_id: string }[],
  work: (tx: TxContext, ids: string[]) => Promise<void>,
): Promise<void> {
  for (const orgId of new Set(approvals.map(({ org_id }) => org_id))) {
    const ids = approvals.flatMap(({ id, org_id }) => (org_id === orgId ? id : []));
    try {
      await inTransaction(systemContext(platform, orgId), (tx) => work(tx, ids));
    } catch (error) {
      // They come round again; the other organizations do not wait for it.
      platform.log.error({ err: error, org_id: orgId }, 'approvals could not expire, or be reminded of');
    }
  }
}
