import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import type { TaskCard as Card } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { type Gate, reasonAgainst, type Status, statusWords } from '../moves/gates.ts';
import type { Move } from '../moves/use-move-task.ts';
import { TaskCard } from './task-card.tsx';
import { useDropColumn } from './use-drag.ts';

/** From so many cards on, only those in sight are in the document. */
const VIRTUAL_FROM = 100;
const CARD_PX = 92;

interface BoardColumnProps {
  status: Status;
  tasks: readonly Card[];
  total: number | undefined;
  gate: Gate;
  /** The card that is being moved. */
  moved: Card | undefined;
  /** Where a card that keys move would land. */
  landing: number | undefined;
  liftedId: string | undefined;
  onKeyDown: (event: KeyboardEvent, task: Card) => void;
  onMove: (move: Move) => void;
}

/** One status: its count, its cards, and whether a card that is being moved may land here. */
export function BoardColumn(props: BoardColumnProps) {
  const { status, tasks, total, gate, moved, landing, liftedId, onKeyDown, onMove } = props;
  const column = useRef<HTMLElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const isOver = useDropColumn(column, status);
  const reason = moved && reasonAgainst(moved, status, gate);
  const isTarget = isOver || landing !== undefined;
  const renderCard = (task: Card, index: number): ReactNode => (
    <TaskCard
      task={task}
      index={index}
      gate={gate}
      isLifted={liftedId === task.id}
      onKeyDown={onKeyDown}
      onMove={(to) => onMove({ taskId: task.id, to })}
    />
  );
  return (
    <section
      ref={column}
      aria-label={statusWords[status]}
      data-column={status}
      className={cx(
        'flex min-h-0 w-[85vw] shrink-0 snap-start flex-col rounded-lg border border-transparent bg-sunken sm:w-auto sm:min-w-60 sm:flex-1',
        isTarget && (reason ? 'border-warn' : 'border-accent'),
      )}
    >
      <h2 className="flex shrink-0 items-center gap-2 px-3 pt-2.5 pb-1.5 font-semibold">
        {statusWords[status]}
        <span className="num font-normal text-fg-3">{formatCount(Math.max(total ?? 0, tasks.length))}</span>
        {reason && <span className="ml-auto truncate text-sm font-normal text-warn">{reason}</span>}
      </h2>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto p-2 pt-1">
        {tasks.length >= VIRTUAL_FROM ? (
          <VirtualCards tasks={tasks} scroller={scroller} render={renderCard} />
        ) : (
          <ol className="grid gap-2">
            {tasks.map((task, index) => (
              <li key={task.id}>
                {landing === index && <Landing />}
                {renderCard(task, index)}
              </li>
            ))}
            {landing !== undefined && landing >= tasks.length && <Landing />}
          </ol>
        )}
        {tasks.length === 0 && landing === undefined && (
          <p className="px-1 py-3 text-center text-sm text-fg-3">Nothing here</p>
        )}
      </div>
    </section>
  );
}

/** The place where a card that keys move would land. */
function Landing() {
  return <span aria-hidden className="mb-2 block h-0.5 rounded bg-accent" />;
}

interface VirtualCardsProps {
  tasks: readonly Card[];
  scroller: React.RefObject<HTMLElement | null>;
  render: (task: Card, index: number) => ReactNode;
}

function VirtualCards({ tasks, scroller, render }: VirtualCardsProps) {
  const virtualizer = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    getItemKey: (index) => tasks[index]?.id ?? index,
    gap: 8,
    overscan: 6,
  });
  return (
    <ol className="relative shrink-0" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map((item) => {
        const task = tasks[item.index];
        return (
          task && (
            <li
              key={item.key}
              ref={virtualizer.measureElement}
              data-index={item.index}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {render(task, item.index)}
            </li>
          )
        );
      })}
    </ol>
  );
}
