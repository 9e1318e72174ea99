import { type Context, inTransaction, type Platform, type TxContext } from '#server/platform/context.ts';
import { insertGrant } from '../../grants/grants.store.ts';
import { approvalExpired, approvalReminder } from '../approvals.events.ts';
import { publishApproval } from '../publish-approval.ts';
import { endTime, listHalfway, listOverdue, saveExpired, saveReminded } from './expiry.store.ts';
import { forEachOrganization } from './organizations.ts';

const BATCH = 200;

/** Expires those of `ids` that nobody decided in time: the default is no, unless a rule says that the call may go on. */
export async function expireApprovals(tx: TxContext, ids: string[]): Promise<void> {
  for (const { id, on_timeout } of await saveExpired(tx, ids)) {
    if (on_timeout === 'allow') await insertGrant(tx, id);
    await publishApproval(tx, approvalExpired, id, {});
  }
}

/** Expires what cannot be answered by anybody, whatever time it had. */
export async function expireNow(tx: TxContext, id: string): Promise<void> {
  await endTime(tx, id);
  await expireApprovals(tx, [id]);
}

/** Expires one that is overdue without waiting for the job. */
export const expireOverdue = (ctx: Context, id: string): Promise<void> =>
  inTransaction(ctx, (tx) => expireApprovals(tx, [id]));

/** Expires what is overdue. */
export const expireOverdueApprovals = async (platform: Platform): Promise<void> =>
  forEachOrganization(platform, await listOverdue(platform, BATCH), expireApprovals);

/** Reminds of what something waits for, once, when half of its time has passed. */
export const remindOfApprovals = async (platform: Platform): Promise<void> =>
  forEachOrganization(platform, await listHalfway(platform, BATCH), async (tx, ids) => {
    for (const id of await saveReminded(tx, ids)) await publishApproval(tx, approvalReminder, id, {});
  });
