import { type Context, inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound } from '#server/platform/problem.ts';
import { publishChanges, returnToInbox } from '../tasks/moves/moves.service.ts';
import { findBoardPlace, lockTask, type StoredTask } from '../tasks/moves/moves.store.ts';
import { sendNotices } from '../tasks/notices/notices.ts';
import { appendPosition } from '../tasks/position.rules.ts';
import type { TaskKey } from '../tasks/tasks.store.ts';
import { assertHolder, assertMayClaim } from './leases.rules.ts';
import type { ClaimedTask, LeaseRenewal, TaskClaim, TaskLease } from './leases.schema.ts';
import { claimNext, extendLease, listBoardsWithExpired, lockExpired } from './leases.store.ts';

/** At most so many tasks come back in one transaction. */
const AT_ONCE = 100;

/**
 * Gives the caller the next task of a board, in progress and for a while; undefined when there is none. Throws
 * `board.not_found`, and the problems of {@link assertMayClaim}.
 */
export function claimTask(ctx: Context, boardId: string, claim: TaskClaim): Promise<ClaimedTask | undefined> {
  return inTransaction(ctx, async (tx) => {
    const board = await findBoardPlace(tx, boardId);
    if (!board) throw notFound('board', boardId);
    assertMayClaim(tx.caller.kind === 'agent' ? tx.caller.agentKind : tx.caller.kind, board);
    const position = appendPosition(board.last_positions.in_progress, newId(tx.now()));
    const skipsPending = board.block_status_changes_with_pending_approval;
    const claimed = await claimNext(tx, { ...claim, boardId, position, skipsPending });
    if (!claimed) return undefined;
    const before = { ...claimed.task, status: 'inbox' as const };
    await publishChanges(tx, [{ before, task: claimed.task, changed: ['status', 'assigned_agent_id'] }]);
    return claimed;
  });
}

/** Lets the holder work on. Throws `task.not_found`, `task.lease_lost`. */
export function renewLease(ctx: Context, key: TaskKey, { fence, lease_s }: LeaseRenewal): Promise<TaskLease> {
  return inTransaction(ctx, async (tx) => {
    await lockHeld(tx, key, fence);
    return extendLease(tx, key.taskId, lease_s);
  });
}

/** The holder gives the task back: it is in the inbox again, with nobody. Throws `task.not_found`, `task.lease_lost`. */
export function releaseLease(ctx: Context, key: TaskKey, fence: number): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const { task, board } = await lockHeld(tx, key, fence);
    await returnToInbox(tx, [task], board.last_positions.inbox);
  });
}

async function lockHeld(tx: TxContext, key: TaskKey, fence: number): Promise<StoredTask> {
  const stored = await lockTask(tx, key);
  if (!stored) throw notFound('task', key.taskId);
  const { assigned_agent_id: assigneeId } = stored.task;
  assertHolder(stored, { agentId: tx.actor.id, assigneeId, fence, now: tx.now() });
  return stored;
}

/** Takes back the tasks of agents that were not heard of before their lease was over, and tells the leads. */
export async function expireLeases(platform: Platform): Promise<void> {
  for (const { org_id, board_id } of await listBoardsWithExpired(platform))
    await inTransaction(systemContext(platform, org_id), (tx) => expireOnBoard(tx, board_id));
}

async function expireOnBoard(tx: TxContext, boardId: string): Promise<void> {
  const expired = await lockExpired(tx, boardId, AT_ONCE);
  const board = await findBoardPlace(tx, boardId);
  const returned = await returnToInbox(tx, expired, board?.last_positions.inbox);
  if (!board?.lead_id) return;
  for (const { task } of returned)
    await sendNotices(tx, task, [{ agentId: board.lead_id, kind: 'task.returned_to_inbox' }]);
}
