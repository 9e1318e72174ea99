import { useMutation, useQueryClient } from '@tanstack/react-query';
import { putTask } from '#console/api/board-snapshot.ts';
import type { Agent, BoardSnapshot, Task, TaskCard } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { updateTask } from '#console/api/queries/work/tasks.ts';
import { boardKeys, taskKeys } from '#console/api/queries/work-keys.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Select } from '#console/ui/control/select.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { STATUSES, statusWords } from '../moves/gates.ts';

type Change = Partial<Pick<Task, 'status' | 'priority' | 'assigned_agent_id'>>;

/** Changes a task in place: at once on the screen, and back with the reason when the server refuses. */
export function useQuickChange(task: TaskCard): (change: Change) => void {
  const queryClient = useQueryClient();
  const show = (shown: Task) => {
    queryClient.setQueryData(taskKeys.detail(task.id), shown);
    queryClient.setQueryData<BoardSnapshot>(
      boardKeys.snapshot(task.board_id),
      (old) => old && putTask(old, shown, false),
    );
  };
  const { mutate } = useMutation({
    mutationFn: (change: Change) => updateTask(task.board_id, task.id, { ...change, version: task.version }),
    onMutate: (change) => {
      show({ ...task, ...change });
      return { before: task };
    },
    onSuccess: (saved, change) => {
      show(saved);
      if (change.status !== undefined && saved.status !== change.status)
        toast.failed(`It is blocked by a task that is not done, so it went to ${statusWords[saved.status]}.`);
    },
    onError: (error, _change, context) => {
      if (context) show(context.before);
      toast.failed(`Not changed: ${toFailure(error).message}`);
      void queryClient.invalidateQueries({ queryKey: taskKeys.detail(task.id) });
    },
  });
  return mutate;
}

interface QuickFieldProps {
  task: TaskCard;
  onChange: (change: Change) => void;
}

export function StatusField({ task, onChange }: QuickFieldProps) {
  return (
    <Select
      aria-label="Status"
      className="max-w-48"
      value={task.status}
      onChange={({ target }) => onChange({ status: STATUSES.find((one) => one === target.value) ?? task.status })}
    >
      {STATUSES.map((status) => (
        <option key={status} value={status}>
          {statusWords[status]}
        </option>
      ))}
    </Select>
  );
}

export function PriorityField({ task, onChange }: QuickFieldProps) {
  return (
    <Select
      aria-label="Priority"
      className="max-w-48"
      value={task.priority}
      onChange={({ target }) => onChange({ priority: target.value })}
    >
      {[...new Set(['high', 'medium', 'low', task.priority])].map((priority) => (
        <option key={priority}>{priority}</option>
      ))}
    </Select>
  );
}

export function AssigneeField({ task, agents, onChange }: QuickFieldProps & { agents: readonly Agent[] }) {
  const isElsewhere = task.assigned_agent_id !== null && agents.every(({ id }) => id !== task.assigned_agent_id);
  return (
    <Select
      aria-label="Assignee"
      className="max-w-48"
      value={task.assigned_agent_id ?? ''}
      onChange={({ target }) => onChange({ assigned_agent_id: target.value || null })}
    >
      <option value="">Nobody</option>
      {isElsewhere && <option value={task.assigned_agent_id ?? ''}>An agent of another board</option>}
      {agents.map(({ id, name }) => (
        <option key={id} value={id}>
          {toVisibleText(name)}
        </option>
      ))}
    </Select>
  );
}
