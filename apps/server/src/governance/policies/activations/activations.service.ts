import type { Ir } from '@mission-control/policy/evaluate';
import { type Actor, type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import type { ApprovalRead } from '../../approvals/approvals.schema.ts';
import { ACTIVATE_POLICY, needsSecondPerson, requestChange } from '../changes/requests.service.ts';
import { compileVersion, invalidPolicy } from '../compiling/compile.service.ts';
import { policyActivated, policyArchived, policyDeactivated } from '../policies.events.ts';
import type { PolicyMode, PolicyRead } from '../policies.schema.ts';
import { getLivePolicy } from '../policies.service.ts';
import { findPolicy, type PolicyRow, savePolicy } from '../policies.store.ts';
import { type PolicyScope, toScope } from '../scopes/scopes.rules.ts';
import { findVersion } from '../versions/versions.store.ts';
import { findUnobserved } from './activations.rules.ts';
import type { PolicyActivate, PolicyActivation } from './activations.schema.ts';
import { findActivation, insertActivation, listHeldRules } from './activations.store.ts';

/** What became of the wish that a version holds: it does, or another person must agree first. */
export type Activated = { policy: PolicyRead } | { approval: ApprovalRead };

/**
 * Makes a version hold, or asks a second person where the organization wants one. Throws `policy_version.not_found`,
 * `policy.invalid` and `policy.tests_failed` with what is wrong, `policy.unobserved` for enforced rules that were not in
 * monitor for a day, unless that is acknowledged.
 */
export function activatePolicy(ctx: Context, id: string, request: PolicyActivate): Promise<Activated> {
  return inTransaction(ctx, async (tx) => {
    if (!(await needsSecondPerson(tx))) return { policy: await makeHold(tx, id, request) };
    const policy = await getLivePolicy(tx, id);
    await prepareActivation(tx, policy, request);
    const payload = { policy_id: id, name: policy.name, ...request };
    return { approval: await requestChange(tx, ACTIVATE_POLICY, payload) };
  });
}

/** Whose wish it was, and the approval that a second person gave. */
interface Agreed {
  by: Actor;
  approvalId: string;
}

/** Makes a version hold now; throws as {@link activatePolicy}. */
export async function makeHold(
  tx: TxContext,
  id: string,
  request: PolicyActivate,
  agreed?: Agreed,
): Promise<PolicyRead> {
  const policy = await getLivePolicy(tx, id);
  const ready = await prepareActivation(tx, policy, request);
  const asker = agreed ? { ...tx, actor: agreed.by } : tx;
  const fact = await hold(asker, policy, { ...ready, kind: 'activate', reason: request.reason });
  const data = agreed ? { ...fact, approval_id: agreed.approvalId, requested_by: agreed.by.id } : fact;
  await publish(tx, ready.mode === 'off' ? policyDeactivated : policyActivated, { subjectId: id, data });
  return getPolicyRead(tx, id);
}

async function prepareActivation(tx: TxContext, policy: PolicyRow, request: PolicyActivate) {
  const ready = await prepareVersion(tx, policy, request);
  const unobserved = findUnobserved(ready.ir, await listHeldRules(tx, policy.id), tx.now());
  if (unobserved.length > 0 && !request.acknowledge_unobserved) throw unobservedRules(unobserved);
  return { ...ready, acknowledged: unobserved.length > 0 };
}

/**
 * Ends a policy; its versions stay. Throws `policy.not_found`, `policy.archived`, `policy.active` for one that holds where
 * a second person must agree.
 */
export function archivePolicy(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const policy = await getLivePolicy(tx, id);
    const active = policy.activation_id === null ? undefined : await findActivation(tx, policy.activation_id);
    const version = active?.version ?? policy.latest_version;
    const scopes = active ? [active.scope] : [];
    if (active && active.mode !== 'off' && (await needsSecondPerson(tx)))
      throw new Problem(
        'policy.active',
        409,
        'Two persons turn a policy off: activate it with mode off, then archive it.',
      );
    if (active) {
      const off = await prepareVersion(tx, policy, { version, mode: 'off' });
      await hold(tx, policy, { ...off, kind: 'archive', acknowledged: false, reason: null });
    }
    await savePolicy(tx, id, { archived_at: tx.now() });
    const data = { policy_id: id, name: policy.name, version, mode: null, scopes };
    await publish(tx, policyArchived, { subjectId: id, data });
  });
}

interface ReadyVersion {
  version: number;
  mode: PolicyMode;
  scope: PolicyScope;
  ir: Ir;
}

/** Compiles what is to hold. Throws `policy_version.not_found`, `policy.invalid`, `policy.tests_failed`. */
async function prepareVersion(
  ctx: Context,
  { id }: PolicyRow,
  { version, mode }: { version: number; mode?: PolicyMode | undefined },
): Promise<ReadyVersion> {
  const found = await findVersion(ctx, id, version);
  if (!found) throw notFound('policy_version', String(version));
  const compiled = await compileVersion(ctx, found.source, { id, version, mode });
  const { ir, source, tests } = compiled;
  // What is turned off need not be right.
  if (!source || !ir) throw invalidPolicy(compiled);
  const failed = tests.filter(({ ok }) => !ok);
  if (failed.length > 0 && mode !== 'off') {
    const message = `${failed.length} of ${tests.length} tests failed, first "${failed[0]?.name}": ${failed[0]?.message}`;
    throw new Problem('policy.tests_failed', 422, message, { body: { message, tests } });
  }
  return { version, mode: mode ?? source.mode?.value ?? 'monitor', scope: toScope(source), ir };
}

type Holding = ReadyVersion & Pick<PolicyActivation, 'kind' | 'reason'> & { acknowledged: boolean };

/** Puts a version in the place of the one that held; returns the fact to be published. */
export async function hold(tx: TxContext, policy: PolicyRow, next: Holding) {
  const before = policy.activation_id === null ? undefined : await findActivation(tx, policy.activation_id);
  const activation_id = await insertActivation(tx, { ...next, policyId: policy.id });
  await savePolicy(tx, policy.id, { activation_id });
  return {
    policy_id: policy.id,
    name: policy.name,
    version: next.version,
    mode: next.mode,
    scopes: [next.scope, ...(before ? [before.scope] : [])],
    hash: next.ir.policy.hash,
    from_version: before?.version ?? null,
    acknowledged_unobserved: next.acknowledged,
    reason: next.reason,
  };
}

/** Throws `policy.not_found`. */
export async function getPolicyRead(ctx: Context, id: string): Promise<PolicyRead> {
  const policy = await findPolicy(ctx, id);
  if (!policy) throw notFound('policy', id);
  return policy;
}

function unobservedRules(rules: readonly string[]): Problem {
  const message = `Not in monitor for 24 hours yet: ${rules.join(', ')}. Activate in monitor first, or acknowledge it.`;
  return new Problem('policy.unobserved', 409, message, { body: { message, rules } });
}
