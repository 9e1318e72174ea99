import { Problem } from '#server/platform/problem.ts';
import { appendPosition } from '../position.rules.ts';
import type { TaskRead, TaskStatus } from '../tasks.schema.ts';
import type { Mover } from './actors.rules.ts';
import type { Changes } from './changes.rules.ts';

/** Where a task stands: what moves change. */
export type Standing = Pick<
  TaskRead,
  'id' | 'status' | 'assigned_agent_id' | 'position' | 'cycle' | 'in_progress_at' | 'previous_in_progress_at'
>;

export interface MoveInput {
  mover: Mover;
  task: Standing;
  changes: Changes;
  /** The board's lead. */
  leadId: string | null;
  /** The worker to whom a rework goes back. */
  reworkerId: string | null;
  /** Dependencies, as they are after the change, that are not done. */
  openDependencies: readonly string[];
}

export interface Target {
  status: TaskStatus;
  assigned_agent_id: string | null;
}

/** Where the task goes; `isAdjusted` when open dependencies sent it to the inbox instead of what was asked. */
export interface Move extends Target {
  isAdjusted: boolean;
}

/** Throws `task_blocked_cannot_transition`. */
export const blocked = (openDependencies: readonly string[]): Problem => {
  const code = 'task_blocked_cannot_transition';
  const message = 'The task waits for others that are not done.';
  return new Problem(code, 409, message, { body: { message, code, blocked_by_task_ids: openDependencies } });
};

/**
 * Decides status and assignee. A task that waits for others stands in the inbox, with nobody: people get that instead of
 * what they asked, agents that ask for another status or assignee `task_blocked_cannot_transition`.
 */
export function decideMove(input: MoveInput): Move {
  const { mover, task, changes, openDependencies } = input;
  const target = toTarget(input);
  const isBlocked = openDependencies.length > 0 && !(task.status === 'done' && target.status === 'done');
  if (!isBlocked) return { ...target, isAdjusted: false };
  if (isRefusedWhenBlocked(mover, changes)) throw blocked(openDependencies);
  const isIdle = target.status === 'inbox' && target.assigned_agent_id === null;
  const isDue = mover.kind === 'user' || changes.depends_on_task_ids !== undefined;
  return isDue && !isIdle ? { ...TO_INBOX, isAdjusted: true } : { ...target, isAdjusted: false };
}

function isRefusedWhenBlocked({ kind }: Mover, { status, assigned_agent_id }: Changes): boolean {
  if (kind === 'worker') return status !== undefined && status !== 'inbox';
  return kind === 'lead' && (status !== undefined || assigned_agent_id !== undefined);
}

function toTarget({ mover, task, changes, leadId, reworkerId }: MoveInput): Target {
  const status = changes.status ?? task.status;
  const sent = changes.assigned_agent_id;
  const asked = sent === undefined ? task.assigned_agent_id : sent;
  const isRework = mover.kind === 'lead' && changes.status === 'inbox';
  if (isRework) return { status, assigned_agent_id: reworkerId ?? sent ?? null };
  if (changes.status === 'inbox') return { status, assigned_agent_id: sent ?? null };
  if (changes.status === 'review') return { status, assigned_agent_id: leadId ?? asked };
  if (mover.kind === 'worker' && changes.status !== undefined) return { status, assigned_agent_id: mover.agentId };
  return { status, assigned_agent_id: asked };
}

/** A task back in the inbox, with nobody. */
export const TO_INBOX: Target = { status: 'inbox', assigned_agent_id: null };

/** By status, the last position of that column of the board; null for an empty one. */
export type LastPositions = Partial<Record<TaskStatus, string | null>>;

/** Where a task stands after a move: times of this round, the cycle, the place in its column. */
export function toStanding(task: Standing, { status, assigned_agent_id }: Target, at: MoveTime): Standing {
  const { id, cycle, in_progress_at, previous_in_progress_at } = task;
  if (status === task.status)
    return {
      ...{ id, status, assigned_agent_id, position: at.position ?? task.position },
      ...{ cycle, in_progress_at, previous_in_progress_at },
    };
  const begins = task.status === 'done' || (task.status === 'review' && status === 'inbox');
  return {
    ...{ id, status, assigned_agent_id, position: at.position ?? appendPosition(at.lastPositions[status], id) },
    cycle: cycle + (begins ? 1 : 0),
    ...toTimes(task, status, at.now),
  };
}

export interface MoveTime {
  now: string;
  /** Where the caller wants it in its column. */
  position?: string | undefined;
  lastPositions: LastPositions;
}

function toTimes({ in_progress_at, previous_in_progress_at }: Standing, status: TaskStatus, now: string) {
  if (status === 'in_progress') return { in_progress_at: now, previous_in_progress_at };
  if (status === 'done') return { in_progress_at, previous_in_progress_at };
  return { in_progress_at: null, previous_in_progress_at: in_progress_at };
}

/** Where a new task stands. */
export function toStart(
  id: string,
  wanted: Target & { position: string | null },
  { now, lastPositions }: Omit<MoveTime, 'position'>,
): Standing {
  const { status, assigned_agent_id } = wanted;
  return {
    id,
    status,
    assigned_agent_id,
    position: wanted.position ?? appendPosition(lastPositions[status], id),
    cycle: 1,
    in_progress_at: status === 'in_progress' ? now : null,
    previous_in_progress_at: null,
  };
}
