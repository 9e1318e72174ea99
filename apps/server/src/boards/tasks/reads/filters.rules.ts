import { Problem } from '#server/platform/problem.ts';
import { TaskStatus } from '../tasks.schema.ts';

const SORTS = ['created_at', 'updated_at', 'due_at', 'priority', 'status', 'title', 'position'] as const;

export interface TaskSort {
  by: (typeof SORTS)[number];
  isDescending: boolean;
}

const NEWEST: TaskSort = { by: 'created_at', isDescending: true };

/** The statuses of a comma list; undefined when it is blank. Throws `task.status_unknown`. */
export function parseStatuses(text = ''): TaskStatus[] | undefined {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  if (words.length === 0) return undefined;
  return words.map((word) => {
    const status = TaskStatus.safeParse(word);
    if (status.success) return status.data;
    throw new Problem('task.status_unknown', 422, `${word} is no status: use ${TaskStatus.options.join(', ')}.`);
  });
}

/** The order that `-due_at` and the like name; newest first when it is blank. Throws `task.sort_unknown`. */
export function parseSort(text = ''): TaskSort {
  const word = text.trim();
  if (word === '') return NEWEST;
  const by = SORTS.find((name) => name === word.replace(/^-/, ''));
  if (!by) throw new Problem('task.sort_unknown', 422, `Tasks are not sorted by ${word}: use ${SORTS.join(', ')}.`);
  return { by, isDescending: word.startsWith('-') };
}

const CUSTOM = 'custom.';

export interface FieldFilter {
  key: string;
  value: string;
}

/** What a query asks of custom fields: `custom.<key>=<value>`. */
export const listFieldFilters = (query: Record<string, unknown>): FieldFilter[] =>
  Object.entries(query).flatMap(([name, given]) =>
    name.startsWith(CUSTOM)
      ? [given].flat().map((value) => ({ key: name.slice(CUSTOM.length), value: `${value}` }))
      : [],
  );
