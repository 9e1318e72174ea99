import { z } from 'zod';
import type { TxContext } from '#server/platform/context.ts';
import type { Fact } from '#server/platform/events/fact.ts';
import type { ApprovalFact } from '../../../approvals/approvals.events.ts';
import { PolicyActivate } from '../../activations/activations.schema.ts';
import { makeHold } from '../../activations/activations.service.ts';
import { ACTIVATE_POLICY } from '../requests.service.ts';
import { saveChangeApplied } from '../requests.store.ts';

const Payload = PolicyActivate.extend({ policy_id: z.uuid() });

/**
 * Makes a change that a second person agreed to, in the transaction of the decision and in the name of who asked. What
 * cannot be made any more (the policy is archived) makes the decision fail.
 */
export async function applyChange(tx: TxContext, { data }: Fact<unknown>): Promise<void> {
  const { approval } = data as ApprovalFact; // the facts of approvals carry it
  if (approval.kind !== 'change' || approval.action_type !== ACTIVATE_POLICY || approval.status !== 'approved') return;
  const { policy_id, ...request } = Payload.parse(approval.payload);
  const by = { kind: 'user' as const, id: approval.requested_by.id ?? tx.actor.id };
  await makeHold(tx, policy_id, request, { by, approvalId: approval.id });
  await saveChangeApplied(tx, approval.id);
}
