import type { TaskCard } from '#console/api/contract.ts';
import type { BoardSearch } from '../board-search.ts';
import { STATUSES, toColumns } from '../moves/gates.ts';

const URGENCY = ['high', 'medium', 'low'];
const urgencyOf = ({ priority }: TaskCard): number => (URGENCY.includes(priority) ? URGENCY.indexOf(priority) : 3);
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
/** After every instant: what is due never comes last. */
const NEVER = '9999';

const orders: Record<NonNullable<BoardSearch['sort']>, (a: TaskCard, b: TaskCard) => number> = {
  '-updated_at': (a, b) => byText(b.updated_at, a.updated_at),
  '-created_at': (a, b) => byText(b.created_at, a.created_at),
  due_at: (a, b) => byText(a.due_at ?? NEVER, b.due_at ?? NEVER),
  priority: (a, b) => urgencyOf(a) - urgencyOf(b),
  title: (a, b) => a.title.localeCompare(b.title),
};

/** Tasks in the order that was chosen, else in that of the columns from left to right. */
export function sortTasks(tasks: readonly TaskCard[], sort: BoardSearch['sort']): TaskCard[] {
  if (sort !== undefined) return tasks.toSorted(orders[sort]);
  const columns = toColumns(tasks);
  return STATUSES.flatMap((status) => columns[status]);
}
