import type { TaskCard } from '#console/api/contract.ts';
import { type BoardSearch, NOBODY } from '../board-search.ts';

/** The cards that pass what the address asks for. */
export function filterTasks(tasks: readonly TaskCard[], search: BoardSearch): TaskCard[] {
  const { q, assignee, priority, tag, review } = search;
  const words = q?.toLowerCase();
  return tasks.filter(
    (task) =>
      (words === undefined || `${task.title} ${task.description ?? ''}`.toLowerCase().includes(words)) &&
      (assignee === undefined || (task.assigned_agent_id ?? NOBODY) === assignee) &&
      (priority === undefined || task.priority === priority) &&
      (tag === undefined || task.tag_ids.includes(tag)) &&
      (review === undefined || task.status !== 'review' || isUnderReview(task, review)),
  );
}

function isUnderReview(task: TaskCard, review: NonNullable<BoardSearch['review']>): boolean {
  if (review === 'approval') return task.approvals_pending_count > 0;
  if (review === 'blocked') return task.is_blocked;
  return task.approvals_pending_count === 0 && !task.is_blocked;
}
