import { Problem } from '#server/platform/problem.ts';
import type { TaskRead, TaskStatus } from '../tasks.schema.ts';
import type { Mover } from './actors.rules.ts';
import { type Changes, listFields } from './changes.rules.ts';

/** What the board says about who may change a status. */
export interface BoardRules {
  require_approval_for_done: boolean;
  require_review_before_done: boolean;
  comment_required_for_review: boolean;
  block_status_changes_with_pending_approval: boolean;
  only_lead_can_change_status: boolean;
  is_paused: boolean;
}

export interface Wish {
  mover: Mover;
  task: Pick<TaskRead, 'status' | 'assigned_agent_id'>;
  changes: Changes;
  hasComment: boolean;
  /** The assignee that was sent, also when it is the stored one. */
  sentAssignee: string | null | undefined;
  board: BoardRules;
}

const WORKER_FIELDS = new Set(['status', 'custom_field_values']);
const LEAD_FIELDS = new Set(['status', 'assigned_agent_id', 'depends_on_task_ids', 'tag_ids', 'custom_field_values']);

const refuse = (code: string, message: string, detail: object = {}) =>
  new Problem(code, 403, message, { body: { message, code, ...detail } });

/**
 * Throws unless the mover may change these fields of this task: `task_update_field_forbidden`, `task_assignee_mismatch`,
 * `task.lead_only_status`, `task.lead_comment_in_patch`, `task.lead_field_forbidden`, `task.lead_status_target`,
 * `task.lead_status_gate`, `board.paused`. Users may change everything.
 */
export function assertMayChange(wish: Wish): void {
  const { mover, changes, board } = wish;
  if (mover.kind === 'user') return;
  if (mover.kind === 'worker') assertWorkerFields(changes);
  else assertLeadFields(wish);
  if (changes.status === undefined) return;
  if (board.is_paused)
    throw new Problem('board.paused', 409, 'The board is paused: agents change no status until it is resumed.');
  if (mover.kind === 'worker') assertWorkerStatus(wish, mover.agentId);
  else assertLeadStatus(wish, changes.status);
}

function assertWorkerFields(changes: Changes): void {
  const fields = listFields(changes).filter((field) => !WORKER_FIELDS.has(field));
  if (fields.length === 0) return;
  const message = `Agents change the status, comment and custom_field_values of a task; not ${fields.join(', ')}.`;
  throw refuse('task_update_field_forbidden', message, { fields });
}

function assertWorkerStatus({ board, task }: Wish, agentId: string): void {
  if (board.only_lead_can_change_status)
    throw refuse('task.lead_only_status', 'On this board only the lead changes the status of a task.');
  if (task.assigned_agent_id !== null && task.assigned_agent_id !== agentId)
    throw refuse('task_assignee_mismatch', 'The task is assigned to another agent.');
}

function assertLeadFields({ changes, hasComment }: Wish): void {
  if (hasComment)
    throw refuse(
      'task.lead_comment_in_patch',
      'A lead writes comments by the operation for comments, not in a change.',
    );
  const fields = listFields(changes).filter((field) => !LEAD_FIELDS.has(field));
  if (fields.length === 0) return;
  throw refuse('task.lead_field_forbidden', `A lead does not change ${fields.join(', ')}.`, { fields });
}

function assertLeadStatus({ task, sentAssignee }: Wish, to: TaskStatus): void {
  const current_status = task.status;
  if (current_status === 'review' && to === 'in_progress')
    throw refuse('task.lead_status_target', 'From review a lead moves a task to done or inbox.', { current_status });
  if (current_status === 'review') return;
  const isHandout = current_status === 'inbox' && to === 'in_progress' && typeof sentAssignee === 'string';
  if (isHandout) return;
  const message = 'A lead moves tasks out of review, or from inbox to in_progress together with an assignee.';
  throw refuse('task.lead_status_gate', message, { current_status });
}

/** Throws unless a lead may create a task like this: `task.lead_status_gate`. */
export function assertLeadMayCreate(status: TaskStatus, assigneeId: string | null): void {
  if (status === 'inbox' || (status === 'in_progress' && assigneeId !== null)) return;
  const message = 'A lead creates tasks in inbox, or in in_progress with an assignee.';
  throw refuse('task.lead_status_gate', message, { current_status: null });
}

/** Throws `task.lead_self_assign` when a lead hands a task to a lead. */
export function assertAssignable(mover: Mover, assignee: { kind: string } | undefined): void {
  if (mover.kind === 'lead' && assignee?.kind === 'lead')
    throw refuse('task.lead_self_assign', 'A lead hands tasks to workers, not to itself.');
}
