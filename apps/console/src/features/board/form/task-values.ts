import type { CustomField, TaskCard } from '#console/api/contract.ts';
import type { TaskCreate, TaskUpdate } from '#console/api/queries/work/tasks.ts';
import { toLocalDay } from '#console/lib/format/days.ts';
import { rebase } from '#console/lib/rebase.ts';
import type { Status } from '../moves/gates.ts';
import { type FieldTexts, toFieldTexts, toValueChanges } from './field-codec.ts';

/** What the form of a task holds; empty texts stand for nothing. */
export interface TaskValues {
  title: string;
  description: string;
  status: Status;
  priority: string;
  /** A local day, `2026-03-19`. */
  due: string;
  assigneeId: string;
  tagIds: string[];
  dependsOn: string[];
  /** The board's own fields. */
  fields: FieldTexts;
}

const emptyTask: Omit<TaskValues, 'fields'> = {
  title: '',
  description: '',
  status: 'inbox',
  priority: 'medium',
  due: '',
  assigneeId: '',
  tagIds: [],
  dependsOn: [],
};

/** What the form starts with: a task, or an empty one. */
export const toValues = (task: TaskCard | undefined, fields: readonly CustomField[]): TaskValues => ({
  ...(task
    ? {
        title: task.title,
        description: task.description ?? '',
        status: task.status,
        priority: task.priority,
        due: task.due_at === null ? '' : toLocalDay(new Date(task.due_at)),
        assigneeId: task.assigned_agent_id ?? '',
        tagIds: task.tag_ids,
        dependsOn: task.depends_on_task_ids,
      }
    : emptyTask),
  fields: toFieldTexts(fields, task?.custom_field_values),
});

/** The end of a local day as an instant. */
const toDue = (day: string): string | null => (day === '' ? null : new Date(`${day}T23:59:59`).toISOString());

const toBody = (values: TaskValues) => ({
  title: values.title.trim(),
  description: values.description.trim() || null,
  status: values.status,
  priority: values.priority,
  due_at: toDue(values.due),
  assigned_agent_id: values.assigneeId || null,
  tag_ids: values.tagIds,
  depends_on_task_ids: values.dependsOn,
});

/** What a new task is made of; a field that was left as it was gets its default. */
export function toCreate(values: TaskValues, fields: readonly CustomField[]): TaskCreate {
  const custom = toValueChanges(fields, toFieldTexts(fields, undefined), values.fields);
  return { ...toBody(values), ...(custom && { custom_field_values: custom }) };
}

/** Only what differs, with the version that was seen. */
export function toChanges(task: TaskCard, values: TaskValues, fields: readonly CustomField[]): TaskUpdate {
  const seen = toValues(task, fields);
  const before = toBody(seen);
  const changed = Object.entries(toBody(values)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof typeof before]),
  );
  const custom = toValueChanges(fields, seen.fields, values.fields);
  return { ...Object.fromEntries(changed), ...(custom && { custom_field_values: custom }), version: task.version };
}

/** What the form holds after someone else saved first: own edits stay, also one by one among the board's own fields. */
export const rebaseValues = (base: TaskValues, theirs: TaskValues, mine: TaskValues): TaskValues => ({
  ...rebase(base, theirs, mine),
  fields: rebase(base.fields, theirs.fields, mine.fields),
});
