import type { TaskCard } from '#console/api/contract.ts';
import type { TaskUpdate } from '#console/api/queries/work/tasks.ts';

/** What the form of a task holds; empty texts stand for nothing. */
export interface TaskValues {
  title: string;
  description: string;
  priority: string;
  /** A local day, `2026-03-19`. */
  due: string;
  assigneeId: string;
  tagIds: string[];
  dependsOn: string[];
}

export const emptyTask: TaskValues = {
  title: '',
  description: '',
  priority: 'medium',
  due: '',
  assigneeId: '',
  tagIds: [],
  dependsOn: [],
};

export const toValues = (task: TaskCard): TaskValues => ({
  title: task.title,
  description: task.description ?? '',
  priority: task.priority,
  due: task.due_at === null ? '' : toLocalDay(new Date(task.due_at)),
  assigneeId: task.assigned_agent_id ?? '',
  tagIds: task.tag_ids,
  dependsOn: task.depends_on_task_ids,
});

function toLocalDay(at: Date): string {
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** The end of a local day as an instant. */
const toDue = (day: string): string | null => (day === '' ? null : new Date(`${day}T23:59:59`).toISOString());

/** What the server takes for these values. */
export const toBody = (values: TaskValues) => ({
  title: values.title.trim(),
  description: values.description.trim() || null,
  priority: values.priority,
  due_at: toDue(values.due),
  assigned_agent_id: values.assigneeId || null,
  tag_ids: values.tagIds,
  depends_on_task_ids: values.dependsOn,
});

/** Only what differs, with the version that was seen. */
export function toChanges(task: TaskCard, values: TaskValues): TaskUpdate {
  const before = toBody(toValues(task));
  const after = toBody(values);
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof typeof before]),
  );
  return { ...Object.fromEntries(changed), version: task.version };
}
