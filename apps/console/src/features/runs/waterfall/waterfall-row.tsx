import { ChevronRight } from 'lucide-react';
import { memo } from 'react';
import { formatCompact, formatDurationUs } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { stepLooks } from '#console/ui/state/looks.ts';
import { Mark } from '#console/ui/state/mark.tsx';
import { stepKinds } from '../trace/kinds.ts';
import type { StepStatus, TraceBar, TraceRow } from '../trace/trace.ts';

const barClass: Record<StepStatus, string> = {
  running: 'bg-run animate-breathe',
  ok: 'bg-run/70',
  error: 'bg-bad',
  blocked: 'bg-bad',
  cancelled: 'bg-line-strong',
  reused: 'bg-line-strong',
};

const INDENT_PX = 14;
const MAX_INDENT = 14;

interface WaterfallRowProps {
  row: TraceRow;
  spanUs: number;
  canOpen: boolean;
  isOpen: boolean;
  isSelected: boolean;
  isCritical: boolean;
  isDimmed: boolean;
  onSelect: (key: string) => void;
  onToggle: (row: TraceRow) => void;
}

/** One step: its name in the tree, its numbers, its bar in time. */
export const WaterfallRow = memo(function WaterfallRow(props: WaterfallRowProps) {
  const { row, spanUs, canOpen, isOpen, isSelected, isCritical, isDimmed, onSelect, onToggle } = props;
  const look = stepLooks[row.status];
  const Kind = stepKinds[row.kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys of the whole tree select rows
    <div
      role="treeitem"
      aria-level={row.depth + 1}
      aria-selected={isSelected}
      aria-expanded={canOpen ? isOpen : undefined}
      aria-label={`${row.name}, ${look.word}`}
      data-step={row.key}
      data-status={row.status}
      tabIndex={-1}
      onClick={() => onSelect(row.key)}
      className={cx(
        'waterfall-grid h-7 items-center border-b border-line/60 px-3 sm:px-4',
        isSelected ? 'bg-accent-soft' : 'hover:bg-sunken',
        isDimmed && 'opacity-35',
      )}
    >
      <div
        className="flex min-w-0 items-center gap-1.5"
        style={{ paddingLeft: Math.min(row.depth, MAX_INDENT) * INDENT_PX }}
      >
        {canOpen ? (
          <button
            type="button"
            tabIndex={-1}
            aria-label={isOpen ? 'Fold' : 'Unfold'}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(row);
            }}
            className="flex size-4 shrink-0 items-center justify-center text-fg-3 hover:text-fg"
          >
            <ChevronRight aria-hidden size={12} className={cx(isOpen && 'rotate-90')} />
          </button>
        ) : (
          <span className="w-4 shrink-0" />
        )}
        <Kind.icon aria-label={Kind.word} size={13} strokeWidth={1.8} className="shrink-0 text-fg-3" />
        <span className={cx('truncate', isTrouble(row) && 'font-medium text-bad')}>
          <ForeignText text={row.name} />
        </span>
        {row.status !== 'ok' && <Mark look={look} label={look.word} />}
        {row.bars.length > 1 && <span className="num shrink-0 text-xs text-warn">×{row.bars.length}</span>}
      </div>
      <span className="num hidden text-right text-sm text-fg-3 sm:block">
        {row.tokens > 0 && formatCompact(row.tokens)}
      </span>
      <span className="num text-right text-sm text-fg-2">
        {row.endUs === null ? '' : formatDurationUs(row.endUs - row.startUs)}
      </span>
      <div aria-hidden className="relative h-full min-w-0 max-sm:hidden">
        {row.bars.map((bar) => (
          <Bar key={bar.attempt} bar={bar} spanUs={spanUs} isCritical={isCritical} />
        ))}
      </div>
    </div>
  );
});

const isTrouble = (row: TraceRow) => row.status === 'error' || row.status === 'blocked';

const percent = (us: number, spanUs: number) => `${(us / spanUs) * 100}%`;

function Bar({ bar, spanUs, isCritical }: { bar: TraceBar; spanUs: number; isCritical: boolean }) {
  const endUs = bar.endUs ?? spanUs;
  const left = percent(bar.startUs, spanUs);
  return (
    <>
      {bar.waitUs > 0 && (
        <span className="hatched absolute inset-y-[9px]" style={{ left, width: percent(bar.waitUs, spanUs) }} />
      )}
      <span
        className={cx('absolute inset-y-[9px] min-w-[3px] rounded-[2px]', barClass[bar.status])}
        style={{
          left: percent(bar.startUs + bar.waitUs, spanUs),
          width: percent(Math.max(0, endUs - bar.startUs - bar.waitUs), spanUs),
        }}
      />
      {isCritical && (
        <span
          className="absolute bottom-[4px] h-px min-w-[3px] bg-fg-3"
          style={{ left, width: percent(endUs - bar.startUs, spanUs) }}
        />
      )}
    </>
  );
}
