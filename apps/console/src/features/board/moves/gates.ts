import type { Approval, Board, Task, TaskCard } from '#console/api/contract.ts';

export const STATUSES = ['inbox', 'in_progress', 'review', 'done'] as const;
export type Status = (typeof STATUSES)[number];

export const statusWords: Record<Status, string> = {
  inbox: 'Inbox',
  in_progress: 'In progress',
  review: 'Review',
  done: 'Done',
};

export interface Gate {
  board: Board;
  approvals: readonly Approval[];
}

/** Whether an approval of this pass lets the task be done: decided for it, and not used. */
const isApproved = (task: TaskCard, approvals: readonly Approval[]) =>
  approvals.some(
    ({ status, task_ids, consumed_at }) => status === 'approved' && consumed_at === null && task_ids.includes(task.id),
  );

/**
 * Why a move will be refused, in a sentence; undefined when it may pass. Only the server decides: this marks the column
 * before the card is dropped.
 */
export function reasonAgainst(task: TaskCard, to: Status, { board, approvals }: Gate): string | undefined {
  if (to === task.status) return undefined;
  if (task.is_blocked && to !== 'inbox') return 'Blocked: another task must be done first.';
  if (board.block_status_changes_with_pending_approval && task.approvals_pending_count > 0)
    return 'An approval of this task is waiting.';
  if (to === 'done' && board.require_review_before_done && task.status !== 'review') return 'Needs review first.';
  if (to === 'done' && board.require_approval_for_done && !isApproved(task, approvals)) return 'Needs an approval.';
  if (to === 'review' && board.comment_required_for_review && task.comments_count === 0)
    return 'Needs a comment: open the task and write one.';
  return undefined;
}

/** The cards of a column in its order. */
export const inColumn = (tasks: readonly TaskCard[], status: Status): TaskCard[] =>
  tasks.filter((task) => task.status === status).sort(byPosition);

/** The cards of each column in its order. */
export function toColumns(tasks: readonly TaskCard[]): Record<Status, TaskCard[]> {
  const columns: Record<Status, TaskCard[]> = { inbox: [], in_progress: [], review: [], done: [] };
  for (const task of tasks) columns[task.status].push(task);
  for (const status of STATUSES) columns[status].sort(byPosition);
  return columns;
}

const byPosition = (a: Task, b: Task): number =>
  a.position === b.position ? (a.id < b.id ? -1 : 1) : a.position < b.position ? -1 : 1;
