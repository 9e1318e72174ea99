import { randomUUID } from 'node:crypto';
import type { Approval, Connection, World } from './world.ts';

const LIFE_MS = 30 * 60_000;

/** Raises an approval request; without a connected client that takes approvals it ends at once. */
export function raiseApproval(world: World, kind: Approval['kind'], asked: Record<string, unknown>): Approval {
  const id = kind === 'plugin' ? `plugin:${randomUUID()}` : randomUUID();
  const createdAtMs = Date.now();
  const request = { ...(kind === 'exec' && toExecRequest(world, asked)), ...asked, allowedDecisions: DECISIONS };
  let settleEnded: (refusal: string | undefined) => void = () => undefined;
  const approval: Approval = {
    kind,
    id,
    request,
    createdAtMs,
    expiresAtMs: createdAtMs + LIFE_MS,
    decision: null,
    resolvedBy: null,
    terminalReason: null,
    ended: new Promise((resolve) => {
      settleEnded = resolve;
    }),
    settle(decision) {
      approval.decision = decision;
      approval.resolvedBy = 'gateway-client';
      const payload = { id, decision, resolvedBy: 'gateway-client', ts: Date.now(), request };
      world.emit(`${kind}.approval.resolved`, payload, takesApprovals);
      settleEnded(decision === 'deny' ? 'user-denied' : undefined);
    },
    end(terminalReason) {
      approval.terminalReason = terminalReason;
      settleEnded(terminalReason);
    },
  };
  world.approvals.set(id, approval);
  const { expiresAtMs } = approval;
  const payload = { approvalKind: kind, id, request, createdAtMs, expiresAtMs };
  if ([...world.connections].some(takesApprovals)) world.emit(`${kind}.approval.requested`, payload, takesApprovals);
  else approval.end('no-route');
  return approval;
}

const DECISIONS = ['allow-once', 'deny'];

const toExecRequest = (world: World, { command, agentId }: Record<string, unknown>) => ({
  cwd: world.agents.get(String(agentId))?.workspace,
  host: 'gateway',
  security: 'allowlist',
  ask: 'on-miss',
  commandAnalysis: { commandCount: 1, nestedCommandCount: 0, riskKinds: [], warningLines: [] },
  unavailableDecisions: ['allow-always'],
  resolvedPath: `/usr/bin/${String(command).split(' ')[0]}`,
});

const takesApprovals = ({ scopes, caps }: Connection): boolean =>
  (scopes.has('operator.approvals') || scopes.has('operator.admin')) && caps.has('approvals');
