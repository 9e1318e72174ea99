import { assertBoardAccess, hasRole } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { insertGrant, revokeGrant } from '../../grants/grants.store.ts';
import { approvalDecided, approvalReopened, approvalResolved } from '../approvals.events.ts';
import { argsMismatch, chooseVoice, isStillValid, planChange, toOutcome, type Voice } from '../approvals.rules.ts';
import type { ApprovalRead, ApprovalResolveResult, ApprovalsResolve, ApprovalUpdate } from '../approvals.schema.ts';
import { type ApprovalPlace, getApproval } from '../approvals.service.ts';
import { assertNonePending } from '../conflicts/conflicts.service.ts';
import { publishApproval } from '../publish-approval.ts';
import { insertDecision, type LockedApproval, lockApproval, removeDecisions, saveStatus } from './decisions.store.ts';
import { type DecisionRow, readHearing } from './hearings.store.ts';

/** An approval with what the one who decides finds there. */
interface Hearing {
  approval: LockedApproval;
  /** What the caller may say. */
  mine: Voice[];
  /** The decisions that still count, and those that do not any more. */
  valid: DecisionRow[];
  stale: DecisionRow[];
}

/**
 * Decides about an approval, or opens it again. Throws `approval.not_found`, `approval.human_required`,
 * `board.access_denied`, `approval.not_eligible`, `approval.requester_cannot_approve`, `approval.already_decided`,
 * `approval.already_consumed`, `approval.expired`, `approval.already_pending`, `resource.version_conflict`,
 * `approval.args_mismatch`.
 */
export async function updateApproval(
  ctx: Context,
  { id, boardId }: ApprovalPlace,
  change: ApprovalUpdate & { argsHash?: string; allowsLike?: boolean },
): Promise<ApprovalRead> {
  if (ctx.caller.kind !== 'user')
    throw new Problem('approval.human_required', 403, 'Only a person decides about an approval.');
  return await inTransaction(ctx, async (tx) => {
    const approval = await lockApproval(tx, id);
    if (!approval || (boardId && approval.boardId !== boardId)) throw notFound('approval', id);
    const hearing = await openHearing(tx, approval);
    if (hearing.mine.length === 0) await assertMayWrite(tx, approval);
    assertAsSeen(approval, change);
    const plan = change.status === undefined ? 'none' : planChange(approval, change.status, tx.now().getTime());
    if (plan === 'reopen') return await reopen(tx, hearing);
    if (plan === 'none' || !change.status || change.status === 'pending') return await getApproval(tx, { id });
    return await decide(tx, hearing, { ...change, status: change.status, isReplacing: plan === 'replace' });
  });
}

/** Throws `resource.version_conflict` or `approval.args_mismatch` when whoever decides saw another approval. */
function assertAsSeen(approval: LockedApproval, { version, argsHash }: { version?: number; argsHash?: string }): void {
  assertVersion(approval.version, version);
  if (argsHash !== undefined && argsHash !== approval.argsHash) throw argsMismatch();
}

/** Decides about several approvals, each in a transaction of its own; a failed one does not stop the rest. */
export async function resolveApprovals(ctx: Context, { items }: ApprovalsResolve): Promise<ApprovalResolveResult[]> {
  const results: ApprovalResolveResult[] = [];
  for (const { approval_id, ...change } of items) results.push(await resolveOne(ctx, approval_id, change));
  return results;
}

async function resolveOne(ctx: Context, approvalId: string, change: ApprovalUpdate): Promise<ApprovalResolveResult> {
  try {
    const approval = await updateApproval(ctx, { id: approvalId }, change);
    return { approval_id: approvalId, ok: true, approval, error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, body } = error;
    return { approval_id: approvalId, ok: false, approval: null, error: { code, detail: body } };
  }
}

/** Rights are those of this moment, of everybody who has decided and of the caller. */
async function openHearing(tx: TxContext, approval: LockedApproval): Promise<Hearing> {
  const { decisions, voices } = await readHearing(tx, approval);
  const valid = decisions.filter((decision) => isStillValid(approval, decision, voices));
  return {
    approval,
    mine: voices.filter(({ userId }) => userId === tx.actor.id),
    valid,
    stale: decisions.filter((decision) => !valid.includes(decision)),
  };
}

interface Verdict extends Omit<ApprovalUpdate, 'status'> {
  status: 'approved' | 'rejected';
  /** Whether it takes the place of an outcome. */
  isReplacing: boolean;
  /** Whether calls like the one that was asked about are meant, too. */
  allowsLike?: boolean;
}

async function decide(
  tx: TxContext,
  { approval, mine, valid, stale }: Hearing,
  verdict: Verdict,
): Promise<ApprovalRead> {
  const { status: decision, comment, allowsLike = false } = verdict;
  if (verdict.isReplacing && approval.kind === 'policy' && decision === 'approved') throw notReopenable();
  const counted = verdict.isReplacing ? [] : valid;
  const wish = { userId: tx.actor.id, decision, groupId: verdict.board_group_id };
  const voice = chooseVoice(approval, wish, mine, counted);
  const replaced = verdict.isReplacing ? [...valid, ...stale] : stale;
  await removeDecisions(
    tx,
    replaced.map(({ id }) => id),
  );
  await insertDecision(tx, approval.id, { ...voice, decision, comment, allowsLike });
  const outcome = toOutcome(approval, [...counted, { ...voice, decision }]);
  if (outcome === 'pending' && verdict.isReplacing) await assertNonePending(tx, await listTaskIds(tx, approval.id));
  const isWithdrawn = decision === 'rejected' && tx.actor.id === approval.requestedByUserId;
  await saveStatus(tx, approval.id, outcome, outcome === 'pending' ? null : isWithdrawn ? 'withdrawn' : outcome);
  if (approval.kind === 'policy') await settleGrant(tx, approval.id, outcome);
  const more = { decision, comment, board_group_id: voice.groupId, delegated_by_user_id: voice.delegatedByUserId };
  return await publishApproval(tx, outcome === 'pending' ? approvalDecided : approvalResolved, approval.id, more);
}

/** What was decided gives the waiting call leave, or takes it back. */
const settleGrant = (tx: TxContext, id: string, outcome: string): Promise<void> =>
  outcome === 'approved' ? insertGrant(tx, id) : revokeGrant(tx, id);

/** Throws `board.access_denied`; `approval.not_found` for one about no board, which is for admins. */
async function assertMayWrite(tx: TxContext, { id, boardId }: LockedApproval): Promise<void> {
  if (boardId !== null) await assertBoardAccess(tx, boardId, 'write');
  else if (tx.caller.kind !== 'user' || !hasRole(tx.caller.role, 'admin')) throw notFound('approval', id);
}

async function reopen(tx: TxContext, { approval, valid, stale }: Hearing): Promise<ApprovalRead> {
  await assertMayWrite(tx, approval);
  if (approval.kind !== 'board') throw notReopenable();
  await assertNonePending(tx, await listTaskIds(tx, approval.id));
  await removeDecisions(
    tx,
    [...valid, ...stale].map(({ id }) => id),
  );
  await saveStatus(tx, approval.id, 'pending', null);
  return await publishApproval(tx, approvalReopened, approval.id, {});
}

const notReopenable = () =>
  new Problem('approval.not_reopenable', 409, 'Whoever asked has its answer; it will ask again.');

const listTaskIds = async (tx: TxContext, id: string): Promise<string[]> => (await getApproval(tx, { id })).task_ids;
