import { Problem } from '#server/platform/problem.ts';
import type { TaskRead, TaskStatus } from '../tasks.schema.ts';
import type { Mover } from './actors.rules.ts';
import type { BoardRules } from './permissions.rules.ts';

/** A condition of the board on entering a status; whoever can look it up asks each, in order. `review` is not met. */
export type Gate = 'no_pending_approval' | 'review' | 'approval' | 'comment';

export interface Entry {
  mover: Mover;
  /** Undefined for a new task. */
  from: TaskStatus | undefined;
  to: TaskStatus;
  hasComment: boolean;
  board: BoardRules;
}

/** What must hold before a task enters `to`. */
export function toGates({ mover, from, to, hasComment, board }: Entry): Gate[] {
  if (from === to) return [];
  const gates: Gate[] = [];
  if (from !== undefined && board.block_status_changes_with_pending_approval) gates.push('no_pending_approval');
  if (to === 'done' && from !== 'review' && board.require_review_before_done) gates.push('review');
  if (to === 'done' && board.require_approval_for_done) gates.push('approval');
  const isExempt = mover.kind === 'lead' || hasComment;
  if (to === 'review' && board.comment_required_for_review && !isExempt) gates.push('comment');
  return gates;
}

const PROBLEMS: Record<Gate, [code: string, status: number, message: string]> = {
  no_pending_approval: ['task.pending_approval', 409, 'The status waits for the decision on an approval of the task.'],
  review: ['task.review_required', 409, 'On this board a task is done only after it was in review.'],
  approval: ['task.approval_required', 409, 'On this board a task is done only with an approval that is linked to it.'],
  comment: ['task.comment_required', 422, 'Say in a comment what was done before the task goes to review.'],
};

export const gateProblem = (gate: Gate): Problem => new Problem(...PROBLEMS[gate]);

/** When this round of work began: comments since then count; null when it has not begun. */
export const roundStart = ({
  in_progress_at,
  previous_in_progress_at,
}: Pick<TaskRead, 'in_progress_at' | 'previous_in_progress_at'>): string | null =>
  in_progress_at ?? previous_in_progress_at;
