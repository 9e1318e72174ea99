import type { ReactNode } from 'react';
import type { DashboardMetrics } from '#console/api/contract.ts';
import { formatCount, formatShare, NONE } from '#console/lib/format/numbers.ts';
import { cx } from '#console/ui/class-names.ts';
import { Skeleton } from '#console/ui/feedback/states.tsx';
import { Tinted } from '#console/ui/table/tinted.tsx';
import { compareSums, formatHours } from './figures.ts';

const FAILING_PERCENT = 5;

/** The numbers on top of the work tab. */
export function WorkFigures({ metrics }: { metrics: DashboardMetrics | undefined }) {
  if (!metrics) return <FigureSkeleton />;
  const { kpis, throughput, range } = metrics;
  const done = compareSums(throughput);
  const { median_cycle_time_hours: cycle, median_cycle_time_hours_7d: week } = kpis;
  return (
    <Tiles>
      <Figure name="Active agents" value={formatCount(kpis.active_agents)} note={`seen in ${range}`} />
      <Figure
        name="In progress"
        value={formatCount(kpis.in_progress_tasks)}
        note={`${formatCount(kpis.inbox_tasks)} in the inbox`}
      />
      <Figure name="In review" value={formatCount(kpis.review_tasks)} />
      <Figure name="Done" value={formatCount(done.now)} note={`${formatCount(done.before)} before`} />
      <Figure
        name="Cycle time, median"
        value={cycle === null ? NONE : formatHours(cycle)}
        note={week === null ? undefined : `7 days: ${formatHours(week)}`}
      />
      <Figure
        name="Failures"
        value={formatShare(kpis.error_rate_pct / 100)}
        note="of the tasks' events"
        isBad={kpis.error_rate_pct >= FAILING_PERCENT}
      />
    </Tiles>
  );
}

function Tiles({ children }: { children: ReactNode }) {
  return (
    <div className="grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-line md:grid-cols-3 xl:grid-cols-6">
      {children}
    </div>
  );
}

interface FigureProps {
  name: string;
  value: string;
  note?: string | undefined;
  isBad?: boolean;
}

function Figure({ name, value, note, isBad = false }: FigureProps) {
  return (
    <div className="grid min-h-22 min-w-0 content-start bg-surface px-4 py-3">
      <p className="truncate text-sm text-fg-3">{name}</p>
      <p className={cx('num text-2xl font-semibold tracking-[-0.02em]', isBad && 'text-bad')}>
        <Tinted value={value}>{value}</Tinted>
      </p>
      {note && <p className="num truncate text-sm text-fg-3">{note}</p>}
    </div>
  );
}

function FigureSkeleton() {
  return (
    <Tiles>
      {['agents', 'progress', 'review', 'done', 'cycle', 'failures'].map((name) => (
        <div key={name} className="grid min-h-22 content-start gap-3 bg-surface px-4 pt-4">
          <Skeleton className="h-2.5 w-20" />
          <Skeleton className="h-5 w-14" />
        </div>
      ))}
    </Tiles>
  );
}
