import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import type { RunDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { traceQuery } from '#console/api/queries/fleet/runs.ts';
import { useNow } from '#console/lib/browser/clock.ts';
import { useMedia } from '#console/lib/browser/media.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { Drawer } from '#console/ui/overlay/drawer.tsx';
import { RunPanel } from '../step/run-panel.tsx';
import { StepPanel } from '../step/step-panel.tsx';
import { Waterfall, type WaterfallProps } from '../waterfall/waterfall.tsx';
import { buildTrace, findTrouble, type Trace } from './trace.ts';
import { TraceFilterBar, useTraceFilter } from './trace-filter.tsx';
import { useChildRuns } from './use-child-runs.ts';

/** From this width the selected step stands beside the waterfall; below it, over it. */
const SIDE_BY_SIDE = '(min-width: 1100px)';

/** The steps in time, and the selected one in full. */
export function TraceTab({ run, step }: { run: RunDetail; step: string | undefined }) {
  const { data, error, refetch } = useQuery(traceQuery(run.id));
  const trace = useMemo(() => data && buildTrace(data), [data]);
  if (error && !data)
    return <Failed what="The steps could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  if (!trace) return <SkeletonRows rows={10} />;
  return <LoadedTrace run={run} trace={trace} step={step} />;
}

function LoadedTrace({ run, trace: own, step }: { run: RunDetail; trace: Trace; step: string | undefined }) {
  const { trace, starters, toggle, runOf } = useChildRuns(run, own);
  const navigate = useNavigate({ from: '/runs/$runId' });
  const isSideBySide = useMedia(SIDE_BY_SIDE);
  // On open the step that failed is selected; a run that fails while it is watched does not take the selection away.
  const [troubled] = useState(() => findTrouble(own.rows)?.key);
  const [isClosed, setClosed] = useState(false);
  const selected = step ?? (isClosed || !isSideBySide ? undefined : troubled);
  const select = useCallback(
    (key: string | undefined) => {
      setClosed(key === undefined);
      void navigate({ search: (before) => ({ ...before, step: key }), replace: true });
    },
    [navigate],
  );
  const { filter, setFilter, found } = useTraceFilter(trace);
  const row = selected === undefined ? undefined : trace.rows[trace.placeOf.get(selected) ?? -1];
  const panel = row && <StepPanel key={row.key} run={runOf(row.runId)} row={row} onClose={() => select(undefined)} />;
  return (
    <div className="flex min-h-0 flex-1 max-sm:h-[80dvh] max-sm:flex-none">
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <TraceFilterBar filter={filter} onChange={setFilter} total={trace.rows.length} found={found?.size} />
        {trace.rows.length === 0 ? (
          <NoStep isRunning={run.status === 'running'} />
        ) : (
          <TimedWaterfall
            run={run}
            trace={trace}
            selected={selected}
            starters={starters}
            onToggleRuns={toggle}
            found={found}
            onSelect={select}
          />
        )}
      </div>
      {isSideBySide && (
        <aside
          aria-label="Selected step"
          className="min-h-0 w-[clamp(23rem,34vw,40rem)] shrink-0 overflow-y-auto border-l bg-surface"
        >
          {panel ?? <RunPanel run={run} />}
        </aside>
      )}
      {!isSideBySide && panel && (
        <Drawer title="Step" onClose={() => select(undefined)}>
          {panel}
        </Drawer>
      )}
    </div>
  );
}

type TimedWaterfallProps = Omit<WaterfallProps, 'spanUs' | 'isRunning'> & { run: RunDetail };

const MIN_SPAN_US = 1_000;

function TimedWaterfall({ run, ...rest }: TimedWaterfallProps) {
  const isRunning = run.status === 'running';
  return isRunning ? <RunningWaterfall run={run} {...rest} /> : <FinishedWaterfall run={run} {...rest} />;
}

function RunningWaterfall({ run, trace, ...rest }: TimedWaterfallProps) {
  const sinceStartUs = (useNow() - Date.parse(run.started_at)) * 1_000;
  return <Waterfall trace={trace} spanUs={Math.max(trace.endUs, sinceStartUs, MIN_SPAN_US)} isRunning {...rest} />;
}

function FinishedWaterfall({ run, trace, ...rest }: TimedWaterfallProps) {
  return (
    <Waterfall trace={trace} spanUs={Math.max(trace.endUs, run.dur_us ?? 0, MIN_SPAN_US)} isRunning={false} {...rest} />
  );
}

function NoStep({ isRunning }: { isRunning: boolean }) {
  return isRunning ? (
    <Empty title="Started, no step yet">
      <p>The first step appears here as it happens.</p>
    </Empty>
  ) : (
    <Empty title="This run has no steps">
      <p>The agent reported a start and an end, and nothing between. Wrap what it does in step, tool or llm.</p>
    </Empty>
  );
}
