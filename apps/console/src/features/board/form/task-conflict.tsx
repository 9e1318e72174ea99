import type { CustomField } from '#console/api/contract.ts';
import { listDifferences } from '#console/lib/rebase.ts';
import { Conflict } from '#console/ui/feedback/conflict.tsx';
import { statusWords } from '../moves/gates.ts';
import type { TaskChoices } from './task-fields.tsx';
import type { TaskValues } from './task-values.ts';

const words: Record<keyof TaskValues, string> = {
  title: 'Title',
  description: 'Description',
  status: 'Status',
  priority: 'Priority',
  due: 'Due',
  assigneeId: 'Assignee',
  tagIds: 'Tags',
  dependsOn: 'Waits for',
  fields: 'Fields',
};

interface TaskConflictProps {
  theirs: TaskValues;
  mine: TaskValues;
  choices: TaskChoices;
  isBusy: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Both versions of a task that two people edited. */
export function TaskConflict({ theirs, mine, choices, ...rest }: TaskConflictProps) {
  const differences = listDifferences(theirs, mine).map((key) => ({
    field: words[key],
    theirs: toText(theirs, key, choices),
    mine: toText(mine, key, choices),
  }));
  return <Conflict differences={differences} {...rest} />;
}

function toText(values: TaskValues, key: keyof TaskValues, { agents, tags, tasks, fields }: TaskChoices): string {
  const nameOf = (id: string) =>
    agents.find((agent) => agent.id === id)?.name ??
    tags.find((tag) => tag.id === id)?.name ??
    tasks.find((task) => task.id === id)?.title ??
    id;
  if (key === 'status') return statusWords[values.status];
  if (key === 'assigneeId') return nameOf(values.assigneeId);
  if (key === 'tagIds' || key === 'dependsOn') return values[key].map(nameOf).join(', ');
  return key === 'fields' ? toFieldLines(values, fields) : values[key];
}

const toFieldLines = (values: TaskValues, fields: readonly CustomField[]): string =>
  fields
    .filter(({ field_key }) => values.fields[field_key])
    .map(({ label, field_key }) => `${label}: ${values.fields[field_key]}`)
    .join(', ');
