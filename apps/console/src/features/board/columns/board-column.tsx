import { useVirtualizer } from '@tanstack/react-virtual';
import { Ban } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { TaskCard as Card } from '#console/api/contract.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { type Status, statusWords } from '../moves/gates.ts';
import { useDropColumn } from './use-drag.ts';

/** From so many cards on, only those in sight are in the document. */
const VIRTUAL_FROM = 100;
const CARD_PX = 92;

interface BoardColumnProps {
  status: Status;
  tasks: readonly Card[];
  total: number | undefined;
  /** Why the card that is being moved will be refused here. */
  reason: string | undefined;
  /** Where a card that keys move would land. */
  landing: number | undefined;
  renderCard: (task: Card, index: number) => ReactNode;
  /** What comes after the cards that are here, when there are more. */
  foot?: ReactNode;
}

/** One status: its count, its cards, and whether a card that is being moved may land here. */
export function BoardColumn({ status, tasks, total, reason, landing, renderCard, foot }: BoardColumnProps) {
  const column = useRef<HTMLElement>(null);
  // State, not a ref: the list inside must know it before its first paint.
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const isTarget = useDropColumn(column, status) || landing !== undefined;
  return (
    <section
      ref={column}
      aria-label={statusWords[status]}
      data-column={status}
      className={cx(
        'relative flex min-h-0 w-[85vw] shrink-0 snap-start flex-col rounded-lg border border-transparent bg-sunken sm:w-auto sm:min-w-60 sm:flex-1',
        isTarget && (reason ? 'border-warn' : 'border-accent'),
      )}
    >
      <h2 className="flex shrink-0 items-center gap-2 px-3 pt-2.5 pb-1.5 font-semibold">
        {statusWords[status]}
        <span className="num font-normal text-fg-3">{formatCount(Math.max(total ?? 0, tasks.length))}</span>
      </h2>
      <div ref={setScroller} className="min-h-0 flex-1 overflow-y-auto p-2 pt-1">
        {tasks.length >= VIRTUAL_FROM ? (
          <VirtualCards tasks={tasks} scroller={scroller} landing={landing} render={renderCard} />
        ) : (
          <ol className="grid grid-cols-1 gap-2">
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
        {foot}
      </div>
      {reason && (
        <p className="pointer-events-none absolute inset-x-2 bottom-2 flex items-center gap-2 rounded border border-warn bg-warn-soft px-3 py-2 text-sm">
          <Ban aria-hidden size={13} className="shrink-0 text-warn" />
          {reason}
        </p>
      )}
    </section>
  );
}

/** The place where a card that keys move would land. */
function Landing() {
  return <span aria-hidden className="mb-2 block h-0.5 rounded bg-accent" />;
}

interface VirtualCardsProps {
  tasks: readonly Card[];
  scroller: HTMLElement | null;
  landing: number | undefined;
  render: (task: Card, index: number) => ReactNode;
}

function VirtualCards({ tasks, scroller, landing, render }: VirtualCardsProps) {
  const virtualizer = useVirtualizer({
    count: tasks.length,
    getScrollElement: () => scroller,
    estimateSize: () => CARD_PX,
    getItemKey: (index) => tasks[index]?.id ?? index,
    gap: 8,
    overscan: 6,
  });
  useEffect(() => {
    if (landing !== undefined) virtualizer.scrollToIndex(Math.min(landing, tasks.length - 1));
  }, [landing, tasks.length, virtualizer]);
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
              {landing === item.index && <Landing />}
              {render(task, item.index)}
              {landing === tasks.length && item.index === tasks.length - 1 && <Landing />}
            </li>
          )
        );
      })}
    </ol>
  );
}
