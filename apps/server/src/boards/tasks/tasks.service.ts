import { releaseTaskFromApprovals } from '#server/governance/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { assertVersion, notFound, Problem } from '#server/platform/problem.ts';
import { addComment } from '../comments/comments.service.ts';
import { listDependents, lockGraph } from '../dependencies/dependencies.store.ts';
import { publishUnblocked, returnDependents } from '../dependencies/dependents.service.ts';
import { assertLease } from '../leases/leases.rules.ts';
import { checkLinks, type Links, saveLinks } from './links/links.service.ts';
import { type Mover, toMover } from './moves/actors.rules.ts';
import { type Changes, listFields, listMoved, type Rest, toChanges, toRest } from './moves/changes.rules.ts';
import { toGates } from './moves/gates.rules.ts';
import { decideMove, type Move, type Target, toStanding } from './moves/moves.rules.ts';
import { publishChanges } from './moves/moves.service.ts';
import { findReworker, lockTask, type StoredTask, saveSteps } from './moves/moves.store.ts';
import { passGates } from './moves/pass-gates.ts';
import { assertMayChange } from './moves/permissions.rules.ts';
import { planNotices } from './notices/notices.rules.ts';
import { sendNotices } from './notices/notices.ts';
import { taskDeleted } from './tasks.events.ts';
import type { TaskBulkItem, TaskRead, TaskUpdate } from './tasks.schema.ts';
import { getTask, removeTask, saveTaskFields, type TaskFields, type TaskKey } from './tasks.store.ts';

export interface TaskChange extends TaskKey {
  patch: TaskUpdate;
  /** The version that the caller saw. */
  version?: number | undefined;
  /** The fence of the lease that the caller thinks it holds. */
  fence?: number | undefined;
}

export interface ChangedTask {
  task: TaskRead;
  /** Whether open dependencies sent it to the inbox instead of what was asked. */
  isAdjusted: boolean;
}

/**
 * Changes a task by the rules of who asks: behaviour 3 to 6 of the work contract. Throws `task.not_found`,
 * `resource.version_conflict`, `task.lease_lost`, and the problems of {@link assertMayChange}, {@link checkLinks},
 * {@link decideMove} and {@link passGates}.
 */
export function updateTask(ctx: Context, { patch, version, fence, ...key }: TaskChange): Promise<ChangedTask> {
  return inTransaction(ctx, async (tx) => {
    // Before the task's row: whoever holds the graph must not wait for one who waits for it.
    if (patch.depends_on_task_ids) await lockGraph(tx, key.boardId);
    const stored = await lockExisting(tx, key);
    assertVersion(stored.task.version, version);
    assertLease(stored, fence, tx.now());
    const changes = toChanges(stored.task, patch);
    const mover = toMover(tx.caller, tx.actor.id);
    const hasComment = patch.comment !== undefined;
    const sentAssignee = patch.assigned_agent_id;
    assertMayChange({ mover, task: stored.task, changes, hasComment, sentAssignee, board: stored.board });
    if (patch.comment) await addComment(tx, key, patch.comment);
    if (listFields(changes).length === 0) return { task: stored.task, isAdjusted: false };
    return change(tx, stored, { mover, changes, hasComment });
  });
}

async function lockExisting(tx: TxContext, key: TaskKey): Promise<StoredTask> {
  const stored = await lockTask(tx, key);
  if (!stored) throw notFound('task', key.taskId);
  return stored;
}

interface Wanted {
  mover: Mover;
  changes: Changes;
  hasComment: boolean;
}

async function change(tx: TxContext, stored: StoredTask, { mover, changes, hasComment }: Wanted): Promise<ChangedTask> {
  const { task: before, board } = stored;
  const links = await checkLinks(tx, { board, task: before, mover }, changes);
  const { isAdjusted, ...target } = await decide(tx, stored, { mover, changes, links });
  const rest = toRest(changes, isAdjusted);
  if (listFields(rest).length === 0 && listMoved(before, target).length === 0) return { task: before, isAdjusted };
  const gates = toGates({ mover, from: before.status, to: target.status, hasComment, board });
  await passGates(tx, gates, stored, [before.assigned_agent_id, target.assigned_agent_id]);
  const task = await save(tx, stored, { rest, links, target });
  await publishChanges(tx, [{ before, task, changed: [...listMoved(before, task), ...listFields(rest)] }]);
  await affectDependents(tx, stored, { task, mover });
  await sendNotices(tx, task, planNotices({ mover, before, after: task, leadId: board.lead_id }));
  return { task, isAdjusted };
}

async function decide(
  tx: TxContext,
  { task, board }: StoredTask,
  { mover, changes, links }: { mover: Mover; changes: Changes; links: Links },
): Promise<Move> {
  const isRework = mover.kind === 'lead' && changes.status === 'inbox';
  const reworkerId = isRework ? await findReworker(tx, { boardId: board.id, taskId: task.id }) : null;
  const { openDependencies } = links;
  return decideMove({ mover, task, changes, leadId: board.lead_id, reworkerId, openDependencies });
}

async function save(
  tx: TxContext,
  { task, board }: StoredTask,
  { rest, links, target }: { rest: Rest; links: Links; target: Target },
): Promise<TaskRead> {
  const key = { boardId: board.id, taskId: task.id };
  const fields = toFields(rest);
  if (Object.keys(fields).length > 0) await saveTaskFields(tx, task.id, fields);
  const hasLinks = await saveLinks(tx, key, rest, links);
  const at = tx.now();
  const now = at.toISOString();
  const to = toStanding(task, target, { now, position: rest.position, lastPositions: board.last_positions });
  // The answer says the instant that is stored.
  await saveSteps({ ...tx, now: () => at }, [{ from: task, to }]);
  if (hasLinks) return getTask(tx, key);
  const blocked = to.status === 'done' ? [] : links.openDependencies;
  return {
    ...task,
    ...fields,
    ...to,
    blocked_by_task_ids: blocked,
    is_blocked: blocked.length > 0,
    version: task.version + 1,
    updated_at: now,
  };
}

function toFields({ title, description, priority, due_at }: Rest): TaskFields {
  const sent = Object.entries({ title, description, priority, due_at }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(sent);
}

async function affectDependents(
  tx: TxContext,
  { task: before, board }: StoredTask,
  { task, mover }: { task: TaskRead; mover: Mover },
): Promise<void> {
  if (before.status !== 'done' && task.status === 'done') await publishUnblocked(tx, await listDependents(tx, task.id));
  if (before.status !== 'done' || task.status === 'done') return;
  const last = task.status === 'inbox' ? task.position : board.last_positions.inbox;
  await returnDependents(tx, task.id, { board, mover, last });
}

/** Removes a task with all that hangs from it; who waited for it is free. Throws `task.not_found`, `resource.version_conflict`. */
export function deleteTask(ctx: Context, key: TaskKey, version?: number): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const { task } = await lockExisting(tx, key);
    assertVersion(task.version, version);
    const dependents = await listDependents(tx, task.id);
    await releaseTaskFromApprovals(tx, task.id);
    await removeTask(tx, task.id);
    await publish(tx, taskDeleted, { subjectId: task.id, boardId: key.boardId, data: { task } });
    await publishUnblocked(tx, task.status === 'done' ? [] : dependents);
  });
}

/** Changes tasks one after the other, each in a transaction of its own. */
export async function updateTasks(
  ctx: Context,
  boardId: string,
  ids: string[],
  patch: TaskUpdate,
): Promise<TaskBulkItem[]> {
  const results: TaskBulkItem[] = [];
  for (const taskId of ids) results.push(await tryUpdate(ctx, { boardId, taskId, patch, version: patch.version }));
  return results;
}

async function tryUpdate(ctx: Context, change: TaskChange): Promise<TaskBulkItem> {
  const task_id = change.taskId;
  try {
    const { task, isAdjusted } = await updateTask(ctx, change);
    return { task_id, ok: true, adjusted: isAdjusted, task, error: null };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { task_id, ok: false, adjusted: false, task: null, error: { code: error.code, detail: error.body } };
  }
}
