import { type Approval, invalid, type World } from '../world.ts';
import { type Method, type Params, text } from './method.ts';

const RESOLVED = 'APPROVAL_ALREADY_RESOLVED';

function resolve(kind: Approval['kind'] | undefined) {
  return (world: World, params: Params): unknown => {
    const approval = world.approvals.get(text(params.id));
    const decision = text(params.decision);
    if (!approval || (kind && approval.kind !== kind)) {
      throw invalid('unknown or expired approval id', { reason: 'APPROVAL_NOT_FOUND' });
    }
    if (approval.decision === decision) return { ok: true };
    if (approval.decision !== null || approval.terminalReason !== null) {
      throw invalid('approval already resolved', { reason: RESOLVED });
    }
    approval.settle(decision);
    return { ok: true };
  };
}

/** What `approval.get` says, whoever decided. */
function get(world: World, params: Params): unknown {
  const approval = world.approvals.get(text(params.id));
  if (!approval) throw invalid('approval not found', { reason: 'APPROVAL_NOT_FOUND' });
  const { settle: _, ...facts } = approval;
  const status = facts.decision === null ? (facts.terminalReason ?? 'pending') : 'resolved';
  return { ...facts, status };
}

const RESOLVE = { scope: 'approvals' as const, required: ['id', 'decision'] };

export const approvalMethods: Record<string, Method> = {
  'exec.approval.resolve': { ...RESOLVE, answer: resolve('exec') },
  'plugin.approval.resolve': { ...RESOLVE, answer: resolve('plugin') },
  'approval.resolve': { ...RESOLVE, optional: ['kind'], answer: resolve(undefined) },
  'approval.get': { scope: 'approvals', required: ['id'], answer: get },
  // Empty while a request is pending: seen with the real gateway.
  'exec.approval.list': { scope: 'approvals', required: [], answer: () => [] },
};
