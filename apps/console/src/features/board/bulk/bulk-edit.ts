import type { TaskCard } from '#console/api/contract.ts';
import type { TaskUpdate } from '#console/api/queries/work/tasks.ts';
import type { Status } from '../moves/gates.ts';

/** What is done to each of several tasks. */
export type BulkEdit =
  | { status: Status }
  | { priority: string }
  | { assigneeId: string | null }
  | { tagId: string; isOn: boolean };

interface Batch {
  taskIds: string[];
  patch: TaskUpdate;
}

/** The changes that make it so, each for the tasks that need just that; those that have it already are left out. */
export function toBatches(tasks: readonly TaskCard[], edit: BulkEdit): Batch[] {
  const batches = new Map<string, Batch>();
  for (const task of tasks) {
    const patch = toPatch(task, edit);
    if (!patch) continue;
    const key = JSON.stringify(patch);
    const batch = batches.get(key) ?? { taskIds: [], patch };
    batch.taskIds.push(task.id);
    batches.set(key, batch);
  }
  return [...batches.values()];
}

function toPatch(task: TaskCard, edit: BulkEdit): TaskUpdate | undefined {
  if ('status' in edit) return task.status === edit.status ? undefined : edit;
  if ('priority' in edit) return task.priority === edit.priority ? undefined : edit;
  if ('assigneeId' in edit)
    return task.assigned_agent_id === edit.assigneeId ? undefined : { assigned_agent_id: edit.assigneeId };
  const others = task.tag_ids.filter((id) => id !== edit.tagId);
  const isOn = others.length < task.tag_ids.length;
  if (isOn === edit.isOn) return undefined;
  return { tag_ids: (edit.isOn ? [...others, edit.tagId] : others).sort() };
}
