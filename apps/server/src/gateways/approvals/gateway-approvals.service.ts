import {
  createExternalApproval,
  findExternalApproval,
  listUnsettledExternals,
  settleExternalApproval,
} from '#server/governance/index.ts';
import { type Context, inTransaction, type Reaction } from '#server/platform/context.ts';
import { enqueueWork } from '#server/platform/jobs/work/enqueue.ts';
import type { WorkKind } from '#server/platform/jobs/work/work.ts';
import type { GatewayConnection } from '../connections/connection.ts';
import { gatewayWait, getConnection } from '../connections/connections.ts';
import { GatewayRefusal, isRefusal } from '../rpc/refusal.ts';
import { ensureGatewayRuns } from '../runs/gateway-runs.store.ts';
import { findAskingAgent } from './asking-agents.store.ts';
import { type GatewayRequest, type Outcome, readExternalRef, readStanding, toExternalRef } from './read-request.ts';

/** Nobody decides later than this. */
const MAX_LIFE_MS = 7 * 86_400_000;

/** Puts what a gateway asks before policies, then before people. Does nothing for a request that is here already. */
export async function takeRequest(ctx: Context, gatewayId: string, request: GatewayRequest): Promise<void> {
  const { gatewayAgentId, externalRunId, kind, payload, tool, args, isJudged, createdAt, expiresAt } = request;
  const agent = gatewayAgentId === null ? undefined : await findAskingAgent(ctx, gatewayId, gatewayAgentId);
  const startedAt = Math.min(createdAt, ctx.now().getTime());
  const [run] = await ensureGatewayRuns(ctx, gatewayId, externalRunId === null ? [] : [{ externalRunId, startedAt }]);
  await inTransaction(ctx, (tx) =>
    createExternalApproval(tx, {
      externalRef: toExternalRef(gatewayId, kind, request.id),
      rules: request.rules,
      boardId: agent?.board_id ?? null,
      agentId: agent?.id ?? null,
      runId: run?.run_id ?? null,
      stepKey: request.toolCallId,
      tool,
      call: isJudged ? undefined : { tool, args },
      actionType: `gateway.${kind}`,
      payload: { ...payload, gateway_id: gatewayId },
      expiresAt: new Date(Math.min(expiresAt, ctx.now().getTime() + MAX_LIFE_MS)),
    }),
  );
}

export const settle = (ctx: Context, externalRef: string, outcome: Outcome): Promise<void> =>
  inTransaction(ctx, (tx) => settleExternalApproval(tx, { externalRef, ...outcome }));

export const RESOLVE_APPROVAL = 'gateway.resolve_approval';

/** A decision here is told to the gateway that asked; what was decided there needs no telling. */
export const tellDecision: Reaction = {
  to: 'approval.resolved',
  async within(tx, { subjectId }) {
    const approval = await findExternalApproval(tx, subjectId);
    if (!approval || approval.consumed_at !== null) return;
    const { gatewayId } = readExternalRef(approval.external_ref);
    const waitsFor = await gatewayWait(tx, gatewayId);
    await enqueueWork(tx, {
      kind: RESOLVE_APPROVAL,
      subject: { kind: 'approval', id: subjectId },
      payload: { approval_id: subjectId, gateway_id: gatewayId, decision: approval.status },
      queue: `approval:${subjectId}`,
      ...(waitsFor === undefined ? {} : { waitsFor }),
    });
  },
};

/** The agent waits: the next try comes soon. */
const RETRY_MS = 1_000;

/** Tells a gateway what was decided here. Telling it again is no harm there; what was decided there first stands. */
export const resolveApproval: WorkKind = {
  retryAfterMs: (attempts) => RETRY_MS * 2 ** (attempts - 1),
  async run(ctx, { subject }) {
    const approval = subject ? await findExternalApproval(ctx, subject.id) : undefined;
    if (!approval || approval.consumed_at !== null || approval.status === 'pending') return { told: false };
    const { gatewayId, kind, id } = readExternalRef(approval.external_ref);
    const connection = await getConnection(ctx, gatewayId);
    // `allow-always` is never sent: an approval is used once.
    const decision = approval.status === 'approved' ? 'allow-once' : 'deny';
    try {
      await connection.call('approval.resolve', { id, kind, decision });
    } catch (error) {
      if (!isPast(error)) throw error;
      await copyStanding(ctx, connection, approval.external_ref);
      return { told: false };
    }
    const status = approval.status === 'approved' ? 'approved' : 'rejected';
    await settle(ctx, approval.external_ref, { decision: status, resolution: status, by: null });
    return { told: true, decision };
  },
};

const PAST = new Set(['APPROVAL_ALREADY_RESOLVED', 'APPROVAL_NOT_FOUND']);

/** Whether the gateway says that the request waits no more. */
const isPast = (error: unknown): boolean => {
  if (!(error instanceof GatewayRefusal)) return false;
  const { reason } = (error.rpc.details ?? {}) as { reason?: unknown }; // compared only
  return PAST.has(String(reason)) || isRefusal(error, 'not_found');
};

/** What a gateway has forgotten was not allowed. */
const FORGOTTEN: Outcome = { decision: 'rejected', resolution: 'expired', by: null };

async function copyStanding(ctx: Context, connection: GatewayConnection, externalRef: string): Promise<void> {
  const { id } = readExternalRef(externalRef);
  let outcome: Outcome | undefined;
  try {
    outcome = readStanding(await connection.call('approval.get', { id }));
  } catch (error) {
    if (!isPast(error)) throw error;
    outcome = FORGOTTEN;
  }
  if (outcome) await settle(ctx, externalRef, outcome);
}

/** Asks a gateway what became of the requests that are not settled here: its events of a while ago may be lost. */
export async function recheckApprovals(ctx: Context, connection: GatewayConnection): Promise<void> {
  for (const { external_ref } of await listUnsettledExternals(ctx, connection.gatewayId))
    await copyStanding(ctx, connection, external_ref);
}
