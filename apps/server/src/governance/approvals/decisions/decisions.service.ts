import { assertBoardAccess } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { approvalDecided, approvalReopened, approvalResolved } from '../approvals.events.ts';
import { chooseVoice, isStillValid, planChange, toOutcome, type Voice } from '../approvals.rules.ts';
import type { ApprovalRead, ApprovalUpdate } from '../approvals.schema.ts';
import { type ApprovalPlace, getApproval } from '../approvals.service.ts';
import { publishApproval, showApproval } from '../publish-approval.ts';
import { assertNonePending } from '../requests/conflicts.service.ts';
import {
  type DecisionRow,
  insertDecision,
  type LockedApproval,
  listDecisions,
  lockApproval,
  removeDecisions,
  saveStatus,
} from './decisions.store.ts';
import { listVoices } from './voices.store.ts';

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
 * `approval.already_consumed`, `approval.expired`, `approval.already_pending`, `resource.version_conflict`.
 */
export async function updateApproval(
  ctx: Context,
  { id, boardId }: ApprovalPlace,
  change: ApprovalUpdate,
): Promise<ApprovalRead> {
  if (ctx.caller.kind !== 'user')
    throw new Problem('approval.human_required', 403, 'Only a person decides about an approval.');
  return await inTransaction(ctx, async (tx) => {
    const approval = await lockApproval(tx, id);
    if (!approval || (boardId && approval.boardId !== boardId)) throw notFound('approval', id);
    const hearing = await openHearing(tx, approval);
    if (hearing.mine.length === 0) await assertBoardAccess(tx, approval.boardId, 'write');
    assertVersion(approval.version, change.version);
    const plan = change.status === undefined ? 'none' : planChange(approval, change.status, tx.now().getTime());
    if (plan === 'reopen') return await reopen(tx, hearing);
    if (plan === 'none' || !change.status || change.status === 'pending') return await getApproval(tx, { id });
    return await decide(tx, hearing, { ...change, status: change.status, isReplacing: plan === 'replace' });
  });
}

/** Rights are those of this moment, of everybody who has decided and of the caller. */
async function openHearing(tx: TxContext, approval: LockedApproval): Promise<Hearing> {
  const made = await listDecisions(tx, approval.id);
  const voices = await listVoices(tx, {
    boardId: approval.boardId,
    groupIds: approval.eligibleGroupIds,
    userIds: [...new Set([tx.actor.id, ...made.flatMap(({ userId }) => userId ?? [])])],
  });
  const valid = made.filter((decision) => isStillValid(approval, decision, voices));
  return {
    approval,
    mine: voices.filter(({ userId }) => userId === tx.actor.id),
    valid,
    stale: made.filter((decision) => !valid.includes(decision)),
  };
}

interface Verdict extends Omit<ApprovalUpdate, 'status'> {
  status: 'approved' | 'rejected';
  /** Whether it takes the place of an outcome. */
  isReplacing: boolean;
}

async function decide(
  tx: TxContext,
  { approval, mine, valid, stale }: Hearing,
  verdict: Verdict,
): Promise<ApprovalRead> {
  const { status: decision, comment } = verdict;
  const counted = verdict.isReplacing ? [] : valid;
  const wish = { userId: tx.actor.id, decision, groupId: verdict.board_group_id };
  const voice = chooseVoice(approval, wish, mine, counted);
  const replaced = verdict.isReplacing ? [...valid, ...stale] : stale;
  await removeDecisions(
    tx,
    replaced.map(({ id }) => id),
  );
  await insertDecision(tx, approval.id, { ...voice, decision, comment });
  const outcome = toOutcome(approval, [...counted, { ...voice, decision }]);
  if (outcome === 'pending' && verdict.isReplacing) await assertNonePending(tx, await listTaskIds(tx, approval.id));
  const isWithdrawn = decision === 'rejected' && tx.actor.id === approval.requestedByUserId;
  await saveStatus(tx, approval.id, outcome, outcome === 'pending' ? null : isWithdrawn ? 'withdrawn' : outcome);
  const shown = await showApproval(tx, approval.id);
  const place = { subjectId: approval.id, boardId: approval.boardId };
  const { groupId, delegatedByUserId } = voice;
  await publish(tx, approvalDecided, {
    ...place,
    data: { ...shown, decision, comment, board_group_id: groupId, delegated_by_user_id: delegatedByUserId },
  });
  if (outcome !== 'pending')
    await publish(tx, approvalResolved, { ...place, data: { ...shown, decision: outcome, comment } });
  return shown.approval;
}

async function reopen(tx: TxContext, { approval, valid, stale }: Hearing): Promise<ApprovalRead> {
  await assertBoardAccess(tx, approval.boardId, 'write');
  await assertNonePending(tx, await listTaskIds(tx, approval.id));
  await removeDecisions(
    tx,
    [...valid, ...stale].map(({ id }) => id),
  );
  await saveStatus(tx, approval.id, 'pending', null);
  return await publishApproval(tx, approvalReopened, approval.id, {});
}

const listTaskIds = async (tx: TxContext, id: string): Promise<string[]> => (await getApproval(tx, { id })).task_ids;
