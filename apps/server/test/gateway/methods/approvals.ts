import { type Approval, invalid, type World } from '../world.ts';
import { type Method, type Params, text } from './method.ts';

function resolve(kind: Approval['kind'] | undefined) {
  return (world: World, params: Params): unknown => {
    const approval = world.approvals.get(text(params.id));
    const decision = text(params.decision);
    if (!approval || (kind && approval.kind !== kind)) {
      throw invalid('unknown or expired approval id', { reason: 'APPROVAL_NOT_FOUND' });
    }
    if (approval.decision === decision) return { ok: true };
    if (approval.decision !== null || approval.terminalReason !== null) {
      throw invalid('approval already resolved', { reason: 'APPROVAL_ALREADY_RESOLVED' });
    }
    approval.settle(decision);
    return { ok: true };
  };
}

function get(world: World, params: Params): unknown {
  const approval = world.approvals.get(text(params.id));
  if (!approval) throw invalid('approval not found', { reason: 'APPROVAL_NOT_FOUND' });
  const { kind, id, request, createdAtMs, expiresAtMs, decision, resolvedBy, terminalReason } = approval;
  const { command, host, agentId, sessionKey, allowedDecisions, title } = request;
  const presentation =
    kind === 'exec' ? { kind, commandText: command, host, agentId, allowedDecisions } : { kind, title, agentId };
  const isPending = decision === null && terminalReason === null;
  return {
    approval: {
      id,
      status: isPending ? 'pending' : toStatus(decision),
      presentation,
      createdAtMs,
      expiresAtMs,
      ...(!isPending && {
        resolvedAtMs: Date.now(),
        reason: terminalReason ?? 'user',
        source: { agentId, sessionKey },
      }),
      ...(decision !== null && { decision, resolver: { kind: 'runtime', id: resolvedBy } }),
    },
  };
}

const toStatus = (decision: string | null): string => (decision?.startsWith('allow') ? 'allowed' : 'denied');

const RESOLVE = { scope: 'approvals' as const, required: ['id', 'decision'] };

export const approvalMethods: Record<string, Method> = {
  'exec.approval.resolve': { ...RESOLVE, answer: resolve('exec') },
  'plugin.approval.resolve': { ...RESOLVE, answer: resolve('plugin') },
  'approval.resolve': { ...RESOLVE, optional: ['kind'], answer: resolve(undefined) },
  'approval.get': { scope: 'approvals', required: ['id'], answer: get },
  // Empty while a request is pending: seen with the real gateway.
  'exec.approval.list': { scope: 'approvals', required: [], answer: () => [] },
};
