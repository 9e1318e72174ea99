import type { Platform, TxContext } from '#server/platform/context.ts';
import { approvalEscalated } from '../approvals.events.ts';
import { listUnheard, saveEscalated } from '../expiry/escalation.store.ts';
import { expireNow } from '../expiry/expiry.service.ts';
import { forEachOrganization } from '../expiry/organizations.ts';
import { publishApproval } from '../publish-approval.ts';
import { hasEnoughPeople } from '../questions/questions.store.ts';

const BATCH = 200;

async function escalate(tx: TxContext, id: string): Promise<boolean> {
  if (!(await saveEscalated(tx, id))) return false;
  await publishApproval(tx, approvalEscalated, id, {});
  return true;
}

/** A question that nobody could answer goes on to the next at once; when there is none it has run out. */
export async function escalateUntilAnswerable(tx: TxContext, id: string): Promise<void> {
  while (!(await hasEnoughPeople(tx, id))) if (!(await escalate(tx, id))) return await expireNow(tx, id);
}

/** Asks further people about what waits for long. */
export const escalateApprovals = async (platform: Platform): Promise<void> =>
  forEachOrganization(platform, await listUnheard(platform, BATCH), async (tx, ids) => {
    for (const id of ids) await escalate(tx, id);
  });
