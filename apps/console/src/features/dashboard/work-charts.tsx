import { type ReactNode, useMemo } from 'react';
import type { DashboardMetrics } from '#console/api/contract.ts';
import { LineChart } from '#console/ui/chart/line-chart.tsx';
import type { ChartLine } from '#console/ui/chart/line-chart-options.ts';
import { Skeleton } from '#console/ui/feedback/states.tsx';
import { Panel } from '#console/ui/layout/page.tsx';
import { alignBefore } from './figures.ts';

/** Four charts: what was done, how long it took, what is open, what failed. */
export function WorkCharts({ metrics }: { metrics: DashboardMetrics | undefined }) {
  return (
    <div className="grid grid-cols-1 gap-4 lg:grid-cols-2">
      <Chart title="Tasks done">{metrics && <Compared set={metrics.throughput} label="Tasks done over time" />}</Chart>
      <Chart title="Cycle time, mean hours">
        {metrics && <Compared set={metrics.cycle_time} label="Mean hours from start to end" unit=" h" />}
      </Chart>
      <Chart title="Work in progress">{metrics && <InProgress series={metrics.wip.primary} />}</Chart>
      <Chart title="Failures">
        {metrics && (
          <Compared set={metrics.error_rate} label="Percent of the events of tasks that are failures" unit="%" />
        )}
      </Chart>
    </div>
  );
}

/** A frame of the final size, whether or not the numbers are there. */
function Chart({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Panel className="px-4 pt-3 pb-3">
      <h2 className="mb-2 font-semibold">{title}</h2>
      <div className="min-h-[186px]">{children || <Skeleton className="h-40 w-full" />}</div>
    </Panel>
  );
}

interface ComparedProps {
  set: DashboardMetrics['throughput'];
  label: string;
  unit?: string;
}

function Compared({ set, label, unit }: ComparedProps) {
  const times = useMemo(() => set.primary.points.map(({ period }) => Date.parse(period)), [set]);
  const lines = useMemo<ChartLine[]>(
    () => [
      { label: 'Before', color: 'fg-3', dash: 'dashed', values: alignBefore(set) },
      { label: 'This range', color: 'accent', values: set.primary.points.map(({ value }) => value) },
    ],
    [set],
  );
  return <LineChart label={label} times={times} lines={lines} {...(unit !== undefined && { unit })} />;
}

function InProgress({ series }: { series: DashboardMetrics['wip']['primary'] }) {
  const times = useMemo(() => series.points.map(({ period }) => Date.parse(period)), [series]);
  const lines = useMemo<ChartLine[]>(
    () => [
      { label: 'Inbox', color: 'idle', dash: 'dotted', values: series.points.map(({ inbox }) => inbox) },
      { label: 'In progress', color: 'run', values: series.points.map(({ in_progress }) => in_progress) },
      { label: 'Review', color: 'warn', dash: 'dashed', values: series.points.map(({ review }) => review) },
    ],
    [series],
  );
  return <LineChart label="Open tasks by status at the end of each bucket" times={times} lines={lines} />;
}
