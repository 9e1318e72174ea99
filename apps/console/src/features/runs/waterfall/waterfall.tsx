import { useVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useMemo, useRef } from 'react';
import { formatDurationUs } from '#console/lib/format/numbers.ts';
import { findCriticalPath, type Trace, type TraceRow } from '../trace/trace.ts';
import { toTicks } from './axis.ts';
import { WaterfallRow } from './waterfall-row.tsx';
import { useWaterfallKeys, useWaterfallView } from './waterfall-view.ts';

const ROW_PX = 28;
const TAIL_PX = 60;

export interface WaterfallProps {
  trace: Trace;
  /** The whole time shown: to the end of the run, or to now. */
  spanUs: number;
  isRunning: boolean;
  selected: string | undefined;
  /** Rows whose step started runs, and whether those are shown. */
  starters: ReadonlyMap<string, boolean>;
  onToggleRuns: (key: string) => void;
  /** When a search is on: the keys that it found; the rest recedes. */
  found: ReadonlySet<string> | undefined;
  onSelect: (key: string) => void;
}

/** The steps of a run in time. Only what is in sight is drawn, so 50,000 steps are as quick as 50. */
export function Waterfall({ spanUs, isRunning, found, ...input }: WaterfallProps) {
  const { trace, selected, onSelect } = input;
  const view = useWaterfallView(input);
  const { places } = view;
  const onKeyDown = useWaterfallKeys(view);
  const scroller = useRef<HTMLDivElement>(null);
  const critical = useMemo(
    () => (isRunning ? new Set<string>() : findCriticalPath(trace.rows, trace.endUs)),
    [trace, isRunning],
  );
  const virtualizer = useVirtualizer({
    count: places.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 16,
  });
  useFollowTail(scroller, places.length, isRunning && selected === undefined);
  useScrollToSelected(virtualizer.scrollToIndex, trace, places, selected);

  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <TimeAxis spanUs={spanUs} />
      <div
        ref={scroller}
        role="tree"
        aria-label="Steps"
        tabIndex={0}
        data-waterfall
        onKeyDown={onKeyDown}
        className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto bg-surface outline-offset-[-2px]"
      >
        <div className="relative" style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map((item) => {
            const row = trace.rows[places[item.index] ?? 0] as TraceRow;
            return (
              <div
                key={row.key}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <WaterfallRow
                  row={row}
                  spanUs={spanUs}
                  canOpen={view.canOpen(row)}
                  isOpen={view.isOpen(row)}
                  isSelected={row.key === selected}
                  isCritical={critical.has(row.key)}
                  isDimmed={found !== undefined && !found.has(row.key)}
                  onSelect={onSelect}
                  onToggle={view.onToggle}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function TimeAxis({ spanUs }: { spanUs: number }) {
  return (
    <div
      aria-hidden
      className="waterfall-grid h-7 shrink-0 items-center border-b bg-surface px-3 text-sm text-fg-3 sm:px-4"
    >
      <span>Step</span>
      <span className="hidden text-right sm:block">Tokens</span>
      <span className="text-right">Time</span>
      <div className="num relative h-full overflow-hidden max-sm:hidden">
        {toTicks(spanUs).map((tick) => (
          <span
            key={tick}
            className="absolute inset-y-0 flex items-center border-l pl-1.5 text-xs whitespace-nowrap"
            style={{ left: `${(tick / spanUs) * 100}%` }}
          >
            {tick === 0 ? '0' : formatDurationUs(tick)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Stays at the end of a growing run until someone scrolls away from it. */
function useFollowTail(scroller: RefObject<HTMLDivElement | null>, count: number, isOn: boolean): void {
  const isAtTail = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => {
      isAtTail.current = element.scrollHeight - element.scrollTop - element.clientHeight < TAIL_PX;
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => element.removeEventListener('scroll', onScroll);
  }, [scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (element && isOn && count > 0 && isAtTail.current) element.scrollTop = element.scrollHeight;
  }, [scroller, count, isOn]);
}

/** Brings the selected step into sight when the selection changes, not when the run grows. */
function useScrollToSelected(
  scrollToIndex: (index: number, options: { align: 'auto' }) => void,
  trace: Trace,
  places: readonly number[],
  selected: string | undefined,
): void {
  const shown = useRef<string>(undefined);
  useEffect(() => {
    if (selected === shown.current) return;
    const index = selected === undefined ? -1 : places.indexOf(trace.placeOf.get(selected) ?? -1);
    if (selected !== undefined && index < 0) return; // not loaded yet, or folded away
    shown.current = selected;
    if (index >= 0) scrollToIndex(index, { align: 'auto' });
  }, [selected, places, trace, scrollToIndex]);
}
