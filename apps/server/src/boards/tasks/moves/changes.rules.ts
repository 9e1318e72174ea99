import { canonicalJson } from '@mission-control/policy';
import type { TaskRead, TaskUpdate } from '../tasks.schema.ts';

/** What a PATCH really changes: fields whose value equals the stored one count as not sent. */
export type Changes = Partial<Omit<TaskUpdate, 'comment' | 'version'>>;

type Field = keyof Changes;
type Comparison = (stored: TaskRead, sent: Changes) => boolean;

const isSameInstant = (a: string | null, b: string | null): boolean =>
  a === b || (a !== null && b !== null && Date.parse(a) === Date.parse(b));

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

const same =
  (field: 'title' | 'description' | 'status' | 'priority' | 'position' | 'assigned_agent_id'): Comparison =>
  (stored, sent) =>
    stored[field] === sent[field];

const COMPARISONS: Record<Exclude<Field, 'custom_field_values'>, Comparison> = {
  title: same('title'),
  description: same('description'),
  status: same('status'),
  priority: same('priority'),
  due_at: (stored, { due_at = null }) => isSameInstant(stored.due_at, due_at),
  position: same('position'),
  assigned_agent_id: same('assigned_agent_id'),
  depends_on_task_ids: (stored, { depends_on_task_ids = [] }) =>
    isSameSet(stored.depends_on_task_ids, depends_on_task_ids),
  tag_ids: (stored, { tag_ids = [] }) => isSameSet(stored.tag_ids, tag_ids),
};

const FIELDS = Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]; // the keys of the table above

/** What of `sent` differs from the stored task. */
export function toChanges(stored: TaskRead, sent: TaskUpdate): Changes {
  const fields = FIELDS.filter((field) => sent[field] !== undefined && !COMPARISONS[field](stored, sent));
  const changes: Changes = Object.fromEntries(fields.map((field) => [field, sent[field]]));
  const values = toChangedValues(stored.custom_field_values, sent.custom_field_values ?? {});
  return Object.keys(values).length > 0 ? { ...changes, custom_field_values: values } : changes;
}

const toChangedValues = (stored: Record<string, unknown>, sent: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(sent).filter(
      ([key, value]) => !Object.hasOwn(stored, key) || canonicalJson(stored[key]) !== canonicalJson(value),
    ),
  );

/** Names of the changed fields, in the order of the schema. */
export const listFields = (changes: Changes): Field[] => Object.keys(changes) as Field[]; // Changes has no other keys

/** What is changed besides status and assignee, which are decided together. */
export type Rest = Omit<Changes, 'status' | 'assigned_agent_id'>;

/** A place that was asked for in another column means nothing when the task goes to the inbox instead. */
export function toRest({ status, assigned_agent_id, ...rest }: Changes, isAdjusted: boolean): Rest {
  if (!isAdjusted) return rest;
  const { position, ...others } = rest;
  return others;
}

/** Which of status and assignee differ. */
export const listMoved = (before: Place, after: Place): ('status' | 'assigned_agent_id')[] =>
  (['status', 'assigned_agent_id'] as const).filter((field) => before[field] !== after[field]);

type Place = Pick<TaskRead, 'status' | 'assigned_agent_id'>;
