import type { Agent, BoardSnapshot, Task, TaskCard } from './contract.ts';

const NEW_CARD = { approvals_count: 0, approvals_pending_count: 0, comments_count: 0 };

/** A task as its board shows it: what only cards know comes from the card that it was. */
export const toCard = (task: Task, agents: readonly Agent[], old?: TaskCard): TaskCard => ({
  ...NEW_CARD,
  ...old,
  ...task,
  assignee: agents.find(({ id }) => id === task.assigned_agent_id)?.name ?? null,
});

/** A snapshot with a task as it is now: where it stood, or first. `isNew` when the board had one task less before. */
export function putTask(snapshot: BoardSnapshot, task: Task, isNew: boolean): BoardSnapshot {
  const { tasks, agents, tasks_total } = snapshot;
  const isKnown = tasks.some(({ id }) => id === task.id);
  if (isKnown)
    return { ...snapshot, tasks: tasks.map((old) => (old.id === task.id ? toCard(task, agents, old) : old)) };
  return { ...snapshot, tasks: [toCard(task, agents), ...tasks], tasks_total: tasks_total + (isNew ? 1 : 0) };
}

/** A snapshot with further tasks of the board at its end; those that it has stay as they are. */
export function addTasks(snapshot: BoardSnapshot, more: readonly Task[]): BoardSnapshot {
  const known = new Set(snapshot.tasks.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !known.has(id));
  return { ...snapshot, tasks: [...snapshot.tasks, ...fresh.map((task) => toCard(task, snapshot.agents))] };
}

/** A snapshot without a task of it that is gone. */
export const dropTask = (snapshot: BoardSnapshot, taskId: string): BoardSnapshot => ({
  ...snapshot,
  tasks: snapshot.tasks.filter(({ id }) => id !== taskId),
  tasks_total: snapshot.tasks_total - 1,
});

/** A snapshot holds all open tasks and some done ones: the rest are done. */
export const countDone = ({ tasks, tasks_total }: BoardSnapshot): { loaded: number; total: number } => {
  const open = tasks.filter(({ status }) => status !== 'done').length;
  return { loaded: tasks.length - open, total: tasks_total - open };
};
