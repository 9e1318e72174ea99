import { Link } from '@tanstack/react-router';
import type { TaskCard } from '#console/api/contract.ts';
import type { Selection } from '#console/lib/browser/use-selection.ts';
import { NONE } from '#console/lib/format/numbers.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { type Column, DataTable } from '#console/ui/table/data-table.tsx';
import { DueText } from './due-text.tsx';
import { statusWords } from './moves/gates.ts';
import { PriorityMark } from './priority-mark.tsx';

interface TaskListProps {
  tasks: readonly TaskCard[];
  selectedId: string | undefined;
  selection: Selection;
}

/** The board as a list. */
export function TaskList({ tasks, selectedId, selection }: TaskListProps) {
  return (
    <DataTable
      label="Tasks"
      rows={tasks}
      rowKey={idOf}
      columns={columns}
      card={(task) => <TaskLine task={task} />}
      selectedKey={selectedId}
      selection={{ ...selection, canChoose: () => true }}
    />
  );
}

const idOf = ({ id }: TaskCard) => id;

const columns: readonly Column<TaskCard>[] = [
  { id: 'title', header: 'Task', track: 'minmax(200px, 2fr)', cell: (task) => <TaskTitle task={task} /> },
  { id: 'status', header: 'Status', track: '96px', cell: (task) => statusWords[task.status] },
  {
    id: 'assignee',
    header: 'Assignee',
    track: 'minmax(100px, 1fr)',
    cell: ({ assignee }) => (
      <span className="text-fg-2">{assignee === null ? NONE : <ForeignText text={assignee} />}</span>
    ),
  },
  {
    id: 'due',
    header: 'Due',
    track: '120px',
    from: 720,
    cell: ({ due_at }) => (due_at === null ? <span className="text-fg-3">{NONE}</span> : <DueText at={due_at} />),
  },
  {
    id: 'updated',
    header: 'Changed',
    track: '84px',
    align: 'end',
    cell: (task) => <Ago at={task.updated_at} className="text-fg-2" />,
  },
];

function TaskTitle({ task }: { task: TaskCard }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <PriorityMark priority={task.priority} />
      <Link
        data-row-link
        to="/boards/$boardId"
        params={{ boardId: task.board_id }}
        search={(before) => ({ ...before, taskId: task.id })}
        className="truncate font-medium hover:text-accent"
      >
        <ForeignText text={task.title} />
      </Link>
    </span>
  );
}

function TaskLine({ task }: { task: TaskCard }) {
  return (
    <div className="grid grid-cols-1 gap-1">
      <TaskTitle task={task} />
      <p className="flex flex-wrap gap-x-3 text-sm text-fg-3">
        <span>{statusWords[task.status]}</span>
        {task.assignee !== null && <ForeignText text={task.assignee} />}
        {task.due_at !== null && <DueText at={task.due_at} />}
      </p>
    </div>
  );
}
