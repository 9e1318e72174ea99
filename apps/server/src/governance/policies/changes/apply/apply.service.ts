import { z } from 'zod';
import type { TxContext } from '#server/platform/context.ts';
import type { Fact } from '#server/platform/events/fact.ts';
import type { ApprovalFact } from '../../../approvals/approvals.events.ts';
import { KillRelease } from '../../../kills/kills.schema.ts';
import { letGo } from '../../../kills/kills.service.ts';
import { PolicyActivate } from '../../activations/activations.schema.ts';
import { makeHold } from '../../activations/activations.service.ts';
import { PolicyExceptionCreate } from '../../exceptions/exceptions.schema.ts';
import { makeException } from '../../exceptions/exceptions.service.ts';
import { ACTIVATE_POLICY, MAKE_EXCEPTION, RELEASE_KILL } from '../requests.service.ts';
import { saveChangeApplied } from '../requests.store.ts';

const Activation = PolicyActivate.extend({ policy_id: z.uuid() });
const Exception = PolicyExceptionCreate.extend({ policy_id: z.uuid() });
const Release = KillRelease.extend({ kill_id: z.uuid() });

/** What makes each change. */
const CHANGES: Record<string, (tx: TxContext, approval: ApprovalFact['approval']) => Promise<unknown>> = {
  [ACTIVATE_POLICY](tx, { id, payload, requested_by }) {
    const { policy_id, ...request } = Activation.parse(payload);
    const by = { kind: 'user' as const, id: requested_by.id ?? tx.actor.id };
    return makeHold(tx, policy_id, request, { by, approvalId: id });
  },
  [MAKE_EXCEPTION](tx, { payload }) {
    const { policy_id, ...request } = Exception.parse(payload);
    return makeException(tx, policy_id, request);
  },
  [RELEASE_KILL](tx, { payload }) {
    const { kill_id, percent } = Release.parse(payload);
    return letGo(tx, kill_id, percent);
  },
};

/**
 * Makes a change that a second person agreed to, in the transaction of the decision. What cannot be made any more (the
 * policy is archived, the kill released) makes the decision fail.
 */
export async function applyChange(tx: TxContext, { data }: Fact<unknown>): Promise<void> {
  const { approval } = data as ApprovalFact; // the facts of approvals carry it
  const make = CHANGES[approval.action_type];
  if (approval.kind !== 'change' || !make || approval.status !== 'approved') return;
  await make(tx, approval);
  await saveChangeApplied(tx, approval.id);
}
