import { Problem } from '#server/platform/problem.ts';
import type { ApprovalStatus } from './approvals.schema.ts';

/** An approval, as far as deciding it goes. Instants are milliseconds. */
export interface ApprovalState {
  status: ApprovalStatus;
  /** Said more exactly; null while pending. */
  resolution: string | null;
  argsHash: string;
  /** How many places must be filled. */
  requiredApprovals: number;
  /** How many of the places are persons', beside one of each department; null where departments alone count. */
  personPlaces: number | null;
  /** The departments whose places they are; empty = one place per person who may write on the board. */
  eligibleGroupIds: readonly string[];
  requestedByUserId: string | null;
  /** Who may not approve besides: the owner of the agent that asks, when two or more must approve. */
  excludedUserId: string | null;
  createdAt: number;
  expiresAt: number;
  resolvedAt: number | null;
  /** Used as a whole, or for one of its tasks. */
  isConsumed: boolean;
}

/** What somebody may say, and for which place: with a right of their own, or with one that was lent to them. */
export interface Voice {
  userId: string | null;
  /** Null where the board itself decides. */
  groupId: string | null;
  delegatedByUserId: string | null;
}

export interface Decision extends Voice {
  decision: 'approved' | 'rejected';
}

/** What a wish for a status means: nothing, a decision, a decision that replaces the outcome, or opening it again. */
export type Change = 'none' | 'decide' | 'replace' | 'reopen';

/** A pending approval past its time, whatever the row says. */
export const isOverdue = (approval: Pick<ApprovalState, 'status' | 'expiresAt'>, now: number): boolean =>
  approval.status === 'pending' && approval.expiresAt <= now;

/** Until when an approved one can be used: as long again as it had for the decision. */
export const grantEnd = ({ resolvedAt, expiresAt, createdAt }: ApprovalState): number =>
  (resolvedAt ?? createdAt) + (expiresAt - createdAt);

/**
 * What the wish for `target` means. An outcome may be replaced while it was not used: saying no afterwards is always
 * possible, saying yes or opening again only until the approval expires.
 * Throws `approval.expired`, `approval.already_consumed`.
 */
export function planChange(approval: ApprovalState, target: ApprovalStatus, now: number): Change {
  const isExpired = isOverdue(approval, now) || approval.resolution === 'expired';
  if (isExpired) {
    if (target === 'rejected') return 'none';
    throw expired();
  }
  if (target === approval.status) return 'none';
  if (approval.status === 'pending') return 'decide';
  if (approval.isConsumed) throw consumed();
  const isRevoked = approval.status === 'approved' && target === 'rejected';
  if (!isRevoked && approval.expiresAt <= now) throw expired();
  return target === 'pending' ? 'reopen' : 'replace';
}

/** Whether a decision still counts: whoever made it could make it today. */
export const isStillValid = (approval: ApprovalState, decision: Decision, voices: readonly Voice[]): boolean =>
  voices.some((voice) => isSameVoice(voice, decision)) &&
  (decision.decision === 'rejected' || mayApprove(approval, decision));

/**
 * With which voice a person decides. `groupId` is the department that they chose; without it the only one that fits.
 * `voices` are those of the caller, `made` the decisions that count. Throws `approval.requester_cannot_approve`,
 * `approval.not_eligible`, `approval.already_decided`, `request.invalid` when a department must be chosen.
 */
export function chooseVoice(
  approval: ApprovalState,
  { userId, decision, groupId }: { userId: string; decision: Decision['decision']; groupId: string | null },
  voices: readonly Voice[],
  made: readonly Decision[],
): Voice {
  if (decision === 'rejected' && userId === approval.requestedByUserId)
    return { userId, groupId: null, delegatedByUserId: null };
  if (decision === 'approved' && !isImpartial(approval, userId)) throw requesterCannotApprove();
  const fitting = voices.filter(
    (voice) =>
      (groupId === null || approval.eligibleGroupIds.length === 0 || voice.groupId === groupId) &&
      (decision === 'rejected' || mayApprove(approval, voice)),
  );
  if (fitting.length === 0) throw notEligible();
  const free = fitting.filter(
    (voice) =>
      !made.some((other) => isSamePlace(voice, other)) && !(decision === 'approved' && isFull(approval, voice, made)),
  );
  // Who was asked in person is harder to replace than one of a department.
  const own = free.find((voice) => voice.groupId === null) ?? free[0];
  if (!own) throw alreadyDecided();
  if (own.groupId === null) return own;
  const groups = new Set(free.map((voice) => voice.groupId));
  if (groups.size > 1 && decision === 'approved') throw mustChoose([...groups]);
  return own;
}

/** The outcome of the decisions that count: one no is a no; yes takes as many different places as are required. */
export function toOutcome(approval: ApprovalState, made: readonly Decision[]): ApprovalStatus {
  if (made.some(({ decision }) => decision === 'rejected')) return 'rejected';
  return countPlaces(approval, made) >= approval.requiredApprovals ? 'approved' : 'pending';
}

/** How many of the places are filled by a yes; a person fills one, a department is one. */
export function countPlaces(approval: ApprovalState, made: readonly Decision[]): number {
  const yes = made.filter(({ decision }) => decision === 'approved');
  if (approval.eligibleGroupIds.length === 0) return new Set(yes.map(({ userId }) => userId)).size;
  const departments = new Set(
    yes.flatMap(({ groupId }) => (groupId && approval.eligibleGroupIds.includes(groupId) ? groupId : [])),
  );
  return departments.size + Math.min(approval.personPlaces ?? 0, countPersons(yes));
}

const countPersons = (yes: readonly Decision[]): number =>
  new Set(yes.filter(({ groupId }) => groupId === null).map(({ userId }) => userId)).size;

/** Whether a voice is a person's and all places of persons are filled: a department may still wait. */
const isFull = (
  { personPlaces, eligibleGroupIds }: ApprovalState,
  { groupId }: Voice,
  made: readonly Decision[],
): boolean =>
  groupId === null &&
  personPlaces !== null &&
  eligibleGroupIds.length > 0 &&
  countPersons(made.filter(({ decision }) => decision === 'approved')) >= personPlaces;

/**
 * Throws unless the approval may be used now for the arguments with this hash: `approval.already_consumed`,
 * `approval.args_mismatch`, `approval.expired`, `approval.not_approved`.
 */
export function assertUsable(approval: ApprovalState, argsHash: string, now: number): void {
  if (approval.isConsumed) throw consumed();
  if (approval.argsHash !== argsHash) throw argsMismatch();
  if (isOverdue(approval, now) || approval.resolution === 'expired') throw expired();
  if (approval.status !== 'approved')
    throw new Problem('approval.not_approved', 409, `The approval is ${approval.status}.`);
  if (grantEnd(approval) <= now) throw expired();
}

/** Throws `approval.quorum_invalid` when more departments must agree than may. */
export function assertQuorum(requiredApprovals: number, eligibleGroupIds: readonly string[]): void {
  if (eligibleGroupIds.length > 0 && requiredApprovals > eligibleGroupIds.length)
    throw new Problem(
      'approval.quorum_invalid',
      422,
      `${requiredApprovals} departments must agree, but only ${eligibleGroupIds.length} may.`,
    );
}

const isImpartial = (approval: ApprovalState, userId: string | null): boolean =>
  userId !== null && userId !== approval.requestedByUserId && userId !== approval.excludedUserId;

/** Neither who speaks nor whose voice it is may be the one who asked. */
const mayApprove = (approval: ApprovalState, { userId, delegatedByUserId }: Voice): boolean =>
  isImpartial(approval, userId) && (delegatedByUserId === null || isImpartial(approval, delegatedByUserId));

const isSameVoice = (a: Voice, b: Voice): boolean =>
  a.userId !== null && a.userId === b.userId && a.groupId === b.groupId && a.delegatedByUserId === b.delegatedByUserId;

const personsOf = ({ userId, delegatedByUserId }: Voice): string[] =>
  [userId, delegatedByUserId].filter((id) => id !== null);

/** Whether two voices would fill one place: they share a person or a department. */
const isSamePlace = (a: Voice, b: Voice): boolean =>
  (a.groupId !== null && a.groupId === b.groupId) || personsOf(a).some((person) => personsOf(b).includes(person));

const expired = () => new Problem('approval.expired', 409, 'The time for this approval has passed; ask again.');

const consumed = () => new Problem('approval.already_consumed', 409, 'The approval was used; ask for another.');

const requesterCannotApprove = () =>
  new Problem(
    'approval.requester_cannot_approve',
    403,
    'Whoever asked may not approve; they may reject, which withdraws the request.',
  );

const notEligible = () =>
  new Problem('approval.not_eligible', 403, 'You may write on no board of a department that decides this.');

const alreadyDecided = () =>
  new Problem('approval.already_decided', 409, 'You, or the department you speak for, have decided already.');

const mustChoose = (groups: (string | null)[]) =>
  new Problem('request.invalid', 422, 'You may speak for several departments: name one in board_group_id.', {
    body: [{ loc: ['body', 'board_group_id'], msg: `One of ${groups.join(', ')}.`, type: 'missing' }],
  });

export const argsMismatch = () =>
  new Problem('approval.args_mismatch', 409, 'The approval was given for other arguments.');

/** A task whose approval is still to be decided. */
export interface Conflict {
  task_id: string;
  approval_id: string;
}

/** Refuses a second pending approval for a task. */
export function alreadyPending(conflicts: Conflict[]): Problem {
  const message = 'A task waits for an approval already.';
  return new Problem('approval.already_pending', 409, message, { body: { message, conflicts } });
}
