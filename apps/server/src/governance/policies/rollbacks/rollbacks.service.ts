import type { Ir } from '@mission-control/policy/evaluate';
import { diffPolicies, type PolicySource } from '@mission-control/policy/language';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { Problem } from '#server/platform/problem.ts';
import type { PolicyRollback, PolicyRollbackResult } from '../activations/activations.schema.ts';
import { getPolicyRead, hold } from '../activations/activations.service.ts';
import { findActivation, findHeldBefore, type HeldVersion } from '../activations/activations.store.ts';
import { policyRolledBack } from '../policies.events.ts';
import { getLivePolicy } from '../policies.service.ts';
import type { PolicyRow } from '../policies.store.ts';
import { getVersionSource } from '../versions/versions.service.ts';
import { findFlips } from './flips.rules.ts';
import { listRecordedDecisions } from './flips.store.ts';

const LOOKED_AT = 500;
const SHOWN = 100;
const DAYS = 30;

/**
 * Puts the version that held before (or `to`) back in one operation, in the mode that it had, and tells which recorded
 * decisions would be made differently now; `preview` only tells. Throws `policy.never_held`.
 */
export function rollBackPolicy(ctx: Context, id: string, request: PolicyRollback): Promise<PolicyRollbackResult> {
  return inTransaction(ctx, async (tx) => {
    const policy = await getLivePolicy(tx, id);
    const from = policy.activation_id === null ? undefined : await findActivation(tx, policy.activation_id);
    const target = from && (await findHeldBefore(tx, id, { to: request.to, notVersion: from.version }));
    if (!from || !target) throw neverHeld(policy, request.to);
    const flips = await findPolicyFlips(tx, policy, { from: from.version, target });
    if (!request.preview) {
      const { reason } = request;
      const fact = await hold(tx, policy, { ...target, kind: 'rollback', acknowledged: false, reason });
      await publish(tx, policyRolledBack, { subjectId: id, data: fact });
    }
    const policyRead = await getPolicyRead(tx, id);
    return { policy: policyRead, from: from.version, to: target.version, mode: target.mode, ...flips };
  });
}

async function findPolicyFlips(
  tx: TxContext,
  { id, name }: PolicyRow,
  { from, target }: { from: number; target: HeldVersion },
): Promise<Pick<PolicyRollbackResult, 'flips' | 'flip_count' | 'looked_at' | 'undecidable'>> {
  const since = new Date(tx.now().getTime() - DAYS * 86_400_000);
  const decisions = await listRecordedDecisions(tx, { name, version: from, since, limit: LOOKED_AT });
  const before = await getVersionSource(tx, id, from);
  const after = await getVersionSource(tx, id, target.version);
  const { flips, undecidable } = findFlips(decisions, { ir: target.ir, same: findSame(before, after, target.ir) });
  return { flips: flips.slice(0, SHOWN), flip_count: flips.length, looked_at: decisions.length, undecidable };
}

/** The rules whose meaning is the same in both versions, but for their mode. */
function findSame(before: PolicySource, after: PolicySource, { rules }: Ir): Set<string> {
  const changed = diffPolicies(before, after).filter(({ path, effect }) => path !== 'mode' && effect !== 'none');
  const differing = new Set(changed.map(({ rule }) => rule));
  return new Set(rules.map(({ id }) => id).filter((id) => !differing.has(id)));
}

function neverHeld({ name }: PolicyRow, to: number | undefined): Problem {
  const which = to === undefined ? 'No other version' : `Version ${to}`;
  const message = `${which} of "${name}" was in force before this one: activate a version instead.`;
  return new Problem('policy.never_held', 409, message);
}
