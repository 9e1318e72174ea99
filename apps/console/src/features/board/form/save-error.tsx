import { Link } from '@tanstack/react-router';
import type { TaskCard } from '#console/api/contract.ts';
import { ApiProblem, toFailure } from '#console/api/problem.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';

interface SaveErrorProps {
  error: Error;
  boardId: string;
  /** Of the board, for the titles of those that block. */
  tasks: readonly TaskCard[];
}

/** Why a task was not saved, with links to the tasks that block it. */
export function SaveError({ error, boardId, tasks }: SaveErrorProps) {
  const blocking = toBlocking(error);
  return (
    <div role="alert" className="text-bad">
      <p>{toFailure(error).message}</p>
      <ul>
        {blocking.map((taskId) => (
          <li key={taskId}>
            <Link
              to="/boards/$boardId"
              params={{ boardId }}
              search={(before) => ({ ...before, taskId })}
              className="underline"
            >
              <ForeignText text={tasks.find(({ id }) => id === taskId)?.title ?? taskId} />
            </Link>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The ids that the server names. */
function toBlocking(error: Error): string[] {
  const detail = error instanceof ApiProblem ? error.detail : undefined;
  if (typeof detail !== 'object' || detail === null || !('blocked_by_task_ids' in detail)) return [];
  const { blocked_by_task_ids: ids } = detail;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}
