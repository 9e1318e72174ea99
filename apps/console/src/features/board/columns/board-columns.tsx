import { useMemo } from 'react';
import type { Approval, Board, TaskCard } from '#console/api/contract.ts';
import { inColumn, STATUSES } from '../moves/gates.ts';
import { useMoveTask } from '../moves/use-move-task.ts';
import { BoardColumn } from './board-column.tsx';
import { useDrops } from './use-drag.ts';
import { useLift } from './use-lift.ts';

interface BoardColumnsProps {
  board: Board;
  approvals: readonly Approval[];
  /** The cards that pass the filters. */
  tasks: readonly TaskCard[];
  /** Done tasks on the server, of which a snapshot holds the newest. */
  doneTotal: number | undefined;
}

/** The four columns of a board, between which cards move by mouse, touch, keys or menu. */
export function BoardColumns({ board, approvals, tasks, doneTotal }: BoardColumnsProps) {
  const move = useMoveTask(board.id);
  const gate = useMemo(() => ({ board, approvals }), [board, approvals]);
  const dragged = useDrops(move);
  const { lifted, said, onKeyDown } = useLift(tasks, gate, move);
  const movedId = dragged ?? lifted?.taskId;
  const moved = tasks.find(({ id }) => id === movedId);
  return (
    <div className="flex min-h-0 flex-1 snap-x snap-mandatory scroll-px-4 gap-3 overflow-x-auto px-4 pb-4 sm:scroll-px-6 sm:px-6">
      <p id="board-keys" className="sr-only">
        Space lifts the card, arrows move it, Space drops it, Escape lets it be.
      </p>
      <p aria-live="assertive" className="sr-only">
        {said}
      </p>
      {STATUSES.map((status) => (
        <BoardColumn
          key={status}
          status={status}
          tasks={inColumn(tasks, status)}
          total={status === 'done' ? doneTotal : undefined}
          gate={gate}
          moved={moved}
          landing={lifted?.to === status ? lifted.index : undefined}
          liftedId={lifted?.taskId}
          onKeyDown={onKeyDown}
          onMove={move}
        />
      ))}
    </div>
  );
}
