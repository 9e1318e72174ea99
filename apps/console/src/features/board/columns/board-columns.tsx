import { type ReactNode, useMemo } from 'react';
import type { Approval, Board, TaskCard as Card } from '#console/api/contract.ts';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import type { Selection } from '#console/lib/browser/use-selection.ts';
import { reasonAgainst, STATUSES, toColumns } from '../moves/gates.ts';
import { useMoveTask } from '../moves/use-move-task.ts';
import { BoardColumn } from './board-column.tsx';
import { TaskCard } from './task-card.tsx';
import { useDrops } from './use-drag.ts';
import { useLift } from './use-lift.ts';

interface BoardColumnsProps {
  board: Board;
  approvals: readonly Approval[];
  /** The cards that pass the filters. */
  tasks: readonly Card[];
  selection: Selection;
  /** Done tasks on the server, of which a snapshot holds the newest. */
  doneTotal: number | undefined;
  /** What brings the done tasks that are not here yet. */
  moreDone: ReactNode;
}

/** The four columns of a board, between which cards move by mouse, touch, keys or menu. */
export function BoardColumns({ board, approvals, tasks, selection, doneTotal, moreDone }: BoardColumnsProps) {
  const move = useMoveTask(board.id);
  const gate = useMemo(() => ({ board, approvals }), [board, approvals]);
  const dragged = useDrops(move);
  const { lifted, said, onKeyDown } = useLift(tasks, gate, move);
  const movedId = dragged ?? lifted?.taskId;
  const moved = tasks.find(({ id }) => id === movedId);
  const columns = useMemo(() => toColumns(tasks), [tasks]);
  useChoosingKeys(selection);
  const renderCard = (task: Card, index: number): ReactNode => (
    <TaskCard
      task={task}
      index={index}
      gate={gate}
      isLifted={lifted?.taskId === task.id}
      selection={selection}
      onKeyDown={onKeyDown}
      onMove={(to) => move({ taskId: task.id, to })}
    />
  );
  return (
    <div className="flex min-h-0 flex-1 snap-x snap-mandatory scroll-px-4 gap-3 overflow-x-auto px-4 pb-4 sm:scroll-px-6 sm:px-6">
      <p id="board-keys" className="sr-only">
        Space lifts the card, arrows move it, Space drops it, Escape lets it be. x chooses it.
      </p>
      <p aria-live="assertive" className="sr-only">
        {said}
      </p>
      {STATUSES.map((status) => (
        <BoardColumn
          key={status}
          status={status}
          tasks={columns[status]}
          total={status === 'done' ? doneTotal : undefined}
          reason={moved && reasonAgainst(moved, status, gate)}
          landing={lifted?.to === status ? lifted.index : undefined}
          renderCard={renderCard}
          foot={status === 'done' ? moreDone : undefined}
        />
      ))}
    </div>
  );
}

/** `x` chooses the card in focus, `X` all up to it. */
function useChoosingKeys({ toggle }: Selection): void {
  const choose = ({ shiftKey }: KeyboardEvent) => {
    const taskId = document.activeElement?.closest('[data-task]')?.getAttribute('data-task');
    if (taskId) toggle(taskId, shiftKey);
  };
  useKeys({ x: choose, X: choose });
}
