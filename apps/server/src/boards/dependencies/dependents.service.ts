import type { TxContext } from '#server/platform/context.ts';
import type { Mover } from '../tasks/moves/actors.rules.ts';
import { publishChanges, returnToInbox } from '../tasks/moves/moves.service.ts';
import type { BoardPlace } from '../tasks/moves/moves.store.ts';
import { lockStandings } from '../tasks/moves/moves.store.ts';
import { isIdle, planNotices } from '../tasks/notices/notices.rules.ts';
import { sendNotices } from '../tasks/notices/notices.ts';
import { listTasksById } from '../tasks/tasks.store.ts';
import { listDependents } from './dependencies.store.ts';

/** What of a dependent differs when it is blocked or free. */
const CHANGED = ['blocked_by_task_ids'];

/** Tells who waits for a task that it is done, or is gone. `ids` are its dependents, that are not done. */
export async function publishUnblocked(tx: TxContext, ids: string[]): Promise<void> {
  const tasks = await listTasksById(tx, ids);
  await publishChanges(
    tx,
    tasks.map((task) => ({ before: task, task, changed: CHANGED })),
  );
}

/**
 * Puts back to the inbox, with nobody, what waits for a task that is no longer done, and tells the lead of it; what was
 * there already is only said to be blocked. `last` is the last position of the inbox.
 */
export async function returnDependents(
  tx: TxContext,
  taskId: string,
  { board, mover, last }: { board: BoardPlace; mover: Mover; last: string | null | undefined },
): Promise<void> {
  const dependents = (await lockStandings(tx, await listDependents(tx, taskId))).filter(
    ({ status }) => status !== 'done',
  );
  const returned = await returnToInbox(
    tx,
    dependents.filter((task) => !isIdle(task)),
    last,
  );
  await publishUnblocked(
    tx,
    dependents.filter(isIdle).map(({ id }) => id),
  );
  for (const { before, task } of returned)
    await sendNotices(tx, task, planNotices({ mover, before, after: task, leadId: board.lead_id }));
}
