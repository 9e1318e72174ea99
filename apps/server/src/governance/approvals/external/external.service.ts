import type { TxContext } from '#server/platform/context.ts';
import { listPoliciesFor } from '../../policies/scopes/scopes.store.ts';
import { approvalConsumed, approvalCreated, approvalResolved } from '../approvals.events.ts';
import type { ApprovalRead } from '../approvals.schema.ts';
import { hashArguments } from '../args-hash.ts';
import { saveStatus } from '../decisions/decisions.store.ts';
import { escalateUntilAnswerable } from '../escalations/escalations.service.ts';
import { publishApproval } from '../publish-approval.ts';
import { toAsked } from '../questions/asked.rules.ts';
import { toAudience } from '../questions/audience.ts';
import type { Audience } from '../questions/questions.store.ts';
import { type ExternalRequest, insertExternal, lockExternal, saveSettled } from './external.store.ts';
import type { RequestRuling } from './judging/judge-request.rules.ts';
import { judgeExternal, recordRejection } from './judging/judge-request.service.ts';

/**
 * Takes a request of something outside; undefined when it was taken before. What policies reject, or allow by a rule
 * about this very call, is decided with it; what they ask people about is for those whom they name.
 */
export async function createExternalApproval(tx: TxContext, asked: ExternalRequest): Promise<ApprovalRead | undefined> {
  const ruling = await judgeExternal(tx, asked);
  const request = ruling ? withRuling(asked, ruling) : asked;
  const argsHash = hashArguments(request.actionType, [], request.payload);
  const audience = request.agentId === null ? undefined : await findAudience(tx, request.agentId, request.rules);
  const id = await insertExternal(tx, request, { argsHash, audience });
  if (id === undefined) return undefined;
  const approval = await publishApproval(tx, approvalCreated, id, {});
  if (ruling && ruling.decision !== 'ask') return await decideByPolicy(tx, { id, request, ruling });
  if (audience) await escalateUntilAnswerable(tx, id);
  return approval;
}

/** People see what policies say of it. */
function withRuling(request: ExternalRequest, { decision, rules, text }: RequestRuling): ExternalRequest {
  const policy = { decision, rules, text };
  return { ...request, rules: decision === 'ask' ? rules : [], payload: { ...request.payload, policy } };
}

async function decideByPolicy(
  tx: TxContext,
  { id, request, ruling }: { id: string; request: ExternalRequest; ruling: RequestRuling },
): Promise<ApprovalRead> {
  const decision = ruling.decision === 'approved' ? 'approved' : 'rejected';
  await saveStatus(tx, id, decision, decision);
  if (decision === 'rejected') await recordRejection(tx, request, ruling);
  const more = { decision, comment: ruling.text, board_group_id: null, delegated_by_user_id: null } as const;
  return await publishApproval(tx, approvalResolved, id, more);
}

/** Whom the rules ask; undefined where none ask that hold for the agent. */
async function findAudience(tx: TxContext, agentId: string, rules: string[]): Promise<Audience | undefined> {
  if (rules.length === 0) return undefined;
  const held = (await listPoliciesFor(tx, [{ id: agentId }])).get(agentId);
  const asked = toAsked(held?.policies ?? [], rules);
  return asked && toAudience(tx, asked);
}

/** What became of a request where it was made. */
export interface ExternalOutcome {
  externalRef: string;
  decision: 'approved' | 'rejected';
  /** How it is told when nobody had decided here. */
  resolution: 'approved' | 'rejected' | 'expired';
  /** Who decided, as it is called there. */
  by: string | null;
}

/**
 * Settles an approval by what happened where it was asked for. That confirms a decision that was made here; one that was
 * made there first wins, and one made here is superseded by it. Nothing changes a settled one. Unknown ones are ignored.
 */
export async function settleExternalApproval(tx: TxContext, outcome: ExternalOutcome): Promise<void> {
  const approval = await lockExternal(tx, outcome.externalRef);
  if (!approval || approval.consumed_at !== null) return;
  const { decision, by } = outcome;
  if (approval.status === decision) {
    await saveSettled(tx, approval.id, { status: decision, resolution: null, by });
    if (decision === 'approved') await publishApproval(tx, approvalConsumed, approval.id, { task_id: null });
    return;
  }
  const isSuperseding = approval.status !== 'pending';
  const resolution = isSuperseding && decision === 'rejected' ? 'superseded' : outcome.resolution;
  await saveSettled(tx, approval.id, { status: decision, resolution, by });
  const where = `Decided outside${by === null ? '' : ` by ${by}`}`;
  const comment = isSuperseding ? `${where} before the decision that was made here arrived.` : `${where}.`;
  const more = { decision, comment, board_group_id: null, delegated_by_user_id: null };
  await publishApproval(tx, approvalResolved, approval.id, more);
}
