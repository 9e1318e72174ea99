import type { TxContext } from '#server/platform/context.ts';
import { publishAll } from '#server/platform/events/publish.ts';
import { taskStatusChanged, taskUpdated } from '../tasks.events.ts';
import type { TaskRead } from '../tasks.schema.ts';
import { listTasksById } from '../tasks.store.ts';
import { listMoved } from './changes.rules.ts';
import { type Standing, TO_INBOX, toStanding } from './moves.rules.ts';
import { type Step, saveSteps } from './moves.store.ts';

/** A task that changed: how it was, how it is, and the names of what differs. */
export interface Changed {
  before: Standing;
  task: TaskRead;
  changed: string[];
}

/** Publishes one fact for each: `task.status_changed` where the status differs, else `task.updated`. */
export async function publishChanges(tx: TxContext, changes: Changed[]): Promise<void> {
  const facts = changes.map(({ before, task, changed }) => ({
    subjectId: task.id,
    boardId: task.board_id,
    data: { task, from: before.status, to: task.status, changed },
  }));
  await publishAll(
    tx,
    taskStatusChanged,
    facts.filter(({ data: { from, to } }) => from !== to),
  );
  await publishAll(
    tx,
    taskUpdated,
    facts.filter(({ data: { from, to } }) => from === to),
  );
}

/**
 * Puts locked tasks of a board back to its inbox, with nobody, with their history and facts. `last` is the last position
 * of the inbox. Returns those that changed.
 */
export async function returnToInbox(
  tx: TxContext,
  tasks: Standing[],
  last: string | null | undefined,
): Promise<Changed[]> {
  const steps = toReturns(tasks, last, tx.now().toISOString());
  await saveSteps(tx, steps);
  const saved = await listTasksById(
    tx,
    steps.map(({ to }) => to.id),
  );
  const changes = saved.flatMap((task) => {
    const step = steps.find(({ from }) => from.id === task.id);
    return step ? [{ before: step.from, task, changed: listMoved(step.from, step.to) }] : [];
  });
  await publishChanges(tx, changes);
  return changes;
}

/** Each behind the one before it. */
function toReturns(tasks: Standing[], last: string | null | undefined, now: string): Step[] {
  let inbox = last ?? null;
  return tasks.map((from) => {
    const to = toStanding(from, TO_INBOX, { now, lastPositions: { inbox } });
    if (to.status !== from.status) inbox = to.position;
    return { from, to };
  });
}
