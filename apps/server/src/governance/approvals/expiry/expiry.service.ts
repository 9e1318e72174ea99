import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { approvalExpired } from '../approvals.events.ts';
import { publishApproval } from '../publish-approval.ts';
import { listOverdue, saveExpired } from './expiry.store.ts';

const BATCH = 200;

/** Expires those of `ids` that nobody decided in time: the default is no. */
export async function expireApprovals(tx: TxContext, ids: string[]): Promise<void> {
  for (const id of await saveExpired(tx, ids)) await publishApproval(tx, approvalExpired, id, {});
}

/** Expires what is overdue, an organization at a time. */
export async function expireOverdueApprovals(platform: Platform): Promise<void> {
  const overdue = await listOverdue(platform, BATCH);
  for (const orgId of new Set(overdue.map(({ org_id }) => org_id))) {
    const ids = overdue.flatMap(({ id, org_id }) => (org_id === orgId ? id : []));
    try {
      await inTransaction(systemContext(platform, orgId), (tx) => expireApprovals(tx, ids));
    } catch (error) {
      // They come round again; the other organizations do not wait for it.
      platform.log.error({ err: error, org_id: orgId }, 'approvals could not expire');
    }
  }
}
