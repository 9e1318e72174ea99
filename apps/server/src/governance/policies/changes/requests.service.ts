import type { TxContext } from '#server/platform/context.ts';
import { approvalCreated } from '../../approvals/approvals.events.ts';
import type { ApprovalRead } from '../../approvals/approvals.schema.ts';
import { hashArguments } from '../../approvals/args-hash.ts';
import { publishApproval } from '../../approvals/publish-approval.ts';
import { getGovernanceSettings } from '../../settings/settings.store.ts';
import { insertChange } from './requests.store.ts';

export const ACTIVATE_POLICY = 'policy.activate';
export const MAKE_EXCEPTION = 'policy.exception';
export const RELEASE_KILL = 'kill.release';

const WAITS_MS = 24 * 3_600_000;

/** Whether the organization wants a second person to agree before it changes what holds agents back. */
export const needsSecondPerson = async (tx: TxContext): Promise<boolean> =>
  (await getGovernanceSettings(tx)).settings.second_person;

/** Asks another admin to agree; the server makes the change once one does, within a day. */
export async function requestChange(
  tx: TxContext,
  actionType: string,
  payload: Record<string, unknown>,
): Promise<ApprovalRead> {
  const id = await insertChange(tx, {
    ...{ actionType, payload, argsHash: hashArguments(actionType, [], payload) },
    expiresAt: new Date(tx.now().getTime() + WAITS_MS),
  });
  return await publishApproval(tx, approvalCreated, id, {});
}
