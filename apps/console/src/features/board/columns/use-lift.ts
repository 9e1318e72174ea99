import { type KeyboardEvent, useState } from 'react';
import type { TaskCard } from '#console/api/contract.ts';
import { type Gate, inColumn, reasonAgainst, STATUSES, type Status, statusWords } from '../moves/gates.ts';
import type { Move } from '../moves/use-move-task.ts';

interface Lifted {
  taskId: string;
  to: Status;
  index: number;
}

interface Lift {
  /** The card that arrows move, and where it would land. */
  lifted: Lifted | undefined;
  /** What a screen reader is told. */
  said: string;
  onKeyDown: (event: KeyboardEvent, task: TaskCard) => void;
}

/** Moves cards by keys: Space lifts, arrows choose column and place, Space drops, Escape lets it be. */
export function useLift(tasks: readonly TaskCard[], gate: Gate, onMove: (move: Move) => void): Lift {
  const [lifted, setLifted] = useState<Lifted>();
  const [said, setSaid] = useState('');
  const countIn = (status: Status, taskId: string) => inColumn(tasks, status).filter(({ id }) => id !== taskId).length;

  const lift = (task: TaskCard) => {
    const index = inColumn(tasks, task.status).findIndex(({ id }) => id === task.id);
    setLifted({ taskId: task.id, to: task.status, index });
    setSaid(`${task.title} lifted. Arrows move it, Space drops it, Escape lets it be.`);
  };
  const drop = (move: Lifted) => {
    setLifted(undefined);
    setSaid(`Dropped in ${statusWords[move.to]}, place ${move.index + 1}.`);
    onMove(move);
    focusCard(move.taskId);
  };
  const carry = (task: TaskCard, move: Lifted) => {
    const reason = reasonAgainst(task, move.to, gate);
    setLifted(move);
    setSaid(
      `${statusWords[move.to]}, place ${move.index + 1} of ${countIn(move.to, task.id) + 1}.${reason ? ` ${reason}` : ''}`,
    );
  };
  const onArrow = (key: string, task: TaskCard, from: Lifted) => {
    const aside = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (aside !== undefined) {
      const to = STATUSES[STATUSES.indexOf(from.to) + aside];
      return to && carry(task, { ...from, to, index: Math.min(from.index, countIn(to, task.id)) });
    }
    const index = from.index + (key === 'ArrowDown' ? 1 : -1);
    if (index >= 0 && index <= countIn(from.to, task.id)) carry(task, { ...from, index });
  };

  return {
    lifted,
    said,
    onKeyDown(event, task) {
      const isMine = lifted?.taskId === task.id;
      if (event.key === ' ') {
        event.preventDefault();
        if (isMine) drop(lifted);
        else lift(task);
      } else if (isMine && event.key === 'Escape') {
        event.preventDefault();
        setLifted(undefined);
        setSaid('Left where it was.');
      } else if (isMine && event.key.startsWith('Arrow')) {
        event.preventDefault();
        onArrow(event.key, task, lifted);
      }
    },
  };
}

/** Keeps the focus on a card that stands elsewhere after the next paint. */
function focusCard(taskId: string): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[data-task="${taskId}"] [data-card-link]`)?.focus(),
    ),
  );
}
