import { Link } from '@tanstack/react-router';
import { Ban, CheckCheck, MessageSquare } from 'lucide-react';
import { type KeyboardEvent, useRef } from 'react';
import type { TaskCard as Card } from '#console/api/contract.ts';
import type { Selection } from '#console/lib/browser/use-selection.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { RowCheck } from '#console/ui/table/row-check.tsx';
import { DueText } from '../due-text.tsx';
import type { Gate, Status } from '../moves/gates.ts';
import { PriorityMark } from '../priority-mark.tsx';
import { MoveMenu } from './move-menu.tsx';
import { useDraggableCard } from './use-drag.ts';

interface TaskCardProps {
  task: Card;
  index: number;
  gate: Gate;
  /** Lifted by the keyboard: arrows move it. */
  isLifted: boolean;
  selection: Selection;
  onKeyDown: (event: KeyboardEvent, task: Card) => void;
  onMove: (to: Status) => void;
}

/** One task on the board. */
export function TaskCard({ task, index, gate, isLifted, selection, onKeyDown, onMove }: TaskCardProps) {
  const isChosen = selection.chosen.has(task.id);
  const ref = useRef<HTMLElement>(null);
  const side = useDraggableCard(ref, { taskId: task.id, index, status: task.status });
  return (
    <article
      ref={ref}
      data-task={task.id}
      className={cx(
        'relative grid gap-1.5 rounded border px-3 py-2 hover:border-line-strong',
        isLifted && 'border-accent ring-2 ring-accent',
        isChosen ? 'border-accent bg-accent-soft' : 'bg-surface',
      )}
    >
      {side && (
        <span
          aria-hidden
          className={cx('absolute inset-x-0 h-0.5 bg-accent', side === 'top' ? '-top-1.5' : '-bottom-1.5')}
        />
      )}
      <div className="flex items-start gap-2">
        {selection.chosen.size > 0 && (
          <RowCheck index={index} isChecked={isChosen} onToggle={(isRange) => selection.toggle(task.id, isRange)} />
        )}
        <PriorityMark priority={task.priority} className="mt-1.5" />
        <Link
          to="/boards/$boardId"
          params={{ boardId: task.board_id }}
          search={(before) => ({ ...before, taskId: task.id })}
          aria-describedby="board-keys"
          onKeyDown={(event) => onKeyDown(event, task)}
          onClick={(event) => {
            if (!event.shiftKey) return;
            event.preventDefault();
            selection.toggle(task.id, true);
          }}
          data-card-link
          className="line-clamp-3 min-w-0 flex-1 font-medium break-words hover:text-accent"
        >
          <ForeignText text={task.title} />
        </Link>
        <MoveMenu
          task={task}
          gate={gate}
          isChosen={isChosen}
          onChoose={() => selection.toggle(task.id, false)}
          onMove={onMove}
        />
      </div>
      {task.tags.length > 0 && (
        <ul className="flex flex-wrap gap-1">
          {task.tags.map((tag) => (
            <li key={tag.id} className="flex items-center gap-1 rounded-full border px-1.5 text-xs text-fg-2">
              <span aria-hidden className="size-2 rounded-full" style={{ background: `#${tag.color}` }} />
              <ForeignText text={tag.name} />
            </li>
          ))}
        </ul>
      )}
      <CardFacts task={task} />
    </article>
  );
}

function CardFacts({ task }: { task: Card }) {
  return (
    <p className="flex min-h-4 flex-wrap items-center gap-x-3 gap-y-1 text-sm text-fg-3">
      <span className="truncate">{task.assignee === null ? 'Nobody' : <ForeignText text={task.assignee} />}</span>
      {task.due_at !== null && task.status !== 'done' && <DueText at={task.due_at} />}
      {task.is_blocked && (
        <span className="flex items-center gap-1 text-bad">
          <Ban aria-hidden size={12} />
          blocked by {task.blocked_by_task_ids.length}
        </span>
      )}
      {task.approvals_pending_count > 0 && (
        <span className="flex items-center gap-1 text-warn">
          <CheckCheck aria-hidden size={12} />
          {task.approvals_pending_count} waiting
        </span>
      )}
      {task.comments_count > 0 && (
        <span className="num ml-auto flex items-center gap-1">
          <MessageSquare aria-hidden size={12} />
          <span className="sr-only">comments: </span>
          {task.comments_count}
        </span>
      )}
    </p>
  );
}
