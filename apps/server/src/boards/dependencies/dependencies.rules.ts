import { Problem } from '#server/platform/problem.ts';

/** Throws `task.dependency_self`. */
export function assertNotSelf(taskId: string, ids: readonly string[]): void {
  if (ids.includes(taskId)) throw new Problem('task.dependency_self', 422, 'A task cannot wait for itself.');
}

/** Throws `task.dependencies_frozen`. */
export function assertNotFrozen(status: string): void {
  if (status === 'done')
    throw new Problem(
      'task.dependencies_frozen',
      409,
      'The task is done; what it waited for does not change any more.',
    );
}

export function dependencyNotFound(missing_task_ids: readonly string[]): Problem {
  const message = 'A task waits for tasks of its own board only.';
  return new Problem('task.dependency_not_found', 404, message, { body: { message, missing_task_ids } });
}

/** Throws `task.dependency_not_found`. */
export function assertKnown(ids: readonly string[], known: readonly { id: string }[]): void {
  const missing = ids.filter((id) => !known.some((one) => one.id === id));
  if (missing.length > 0) throw dependencyNotFound(missing);
}

export const dependencyCycle = () =>
  new Problem('task.dependency_cycle', 409, 'The tasks would wait for each other in a circle.');
