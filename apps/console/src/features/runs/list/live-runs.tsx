import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { ArrowUp, Pause, Play } from 'lucide-react';
import type { ReactNode } from 'react';
import { useItems, useNextPage } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { type RunFilters, runsQuery } from '#console/api/queries/fleet/runs.ts';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { formatCount } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { RunFilterBar } from './run-filters.tsx';
import { RunsTable } from './runs-table.tsx';
import { useHeldRows } from './use-held-rows.ts';

interface LiveRunsProps {
  filters: RunFilters;
  onFilter: (filters: RunFilters) => void;
  hasAgent?: boolean;
  /** What to say when there is no run at all. */
  empty: ReactNode;
  renderHead: (filterBar: ReactNode, pauseButton: ReactNode) => ReactNode;
}

/** The live list of runs with its filters and its pause. */
export function LiveRuns({ filters, onFilter, hasAgent = true, empty, renderHead }: LiveRunsProps) {
  const list = useInfiniteQuery({ ...runsQuery(filters), placeholderData: keepPreviousData });
  const runs = useItems(list.data);
  const held = useHeldRows(runs);
  useKeys({ p: held.togglePause });
  const onEnd = useNextPage(list);
  const isFiltered = Object.entries(filters).some(
    ([name, value]) => value !== undefined && (hasAgent || name !== 'agent_id'),
  );
  const pauseButton = (
    <Button
      icon={held.isPaused ? Play : Pause}
      aria-pressed={held.isPaused}
      onClick={held.togglePause}
      title="Pause or follow (p)"
    >
      {held.isPaused ? 'Follow' : 'Pause'}
    </Button>
  );
  return (
    <>
      {renderHead(<RunFilterBar filters={filters} onChange={onFilter} />, pauseButton)}
      <div className="relative border-t" {...held.pointer}>
        {held.waiting > 0 && <WaitingPill count={held.waiting} isPaused={held.isPaused} onRelease={held.release} />}
        {list.isPending && <SkeletonRows rows={14} />}
        {list.isError && !list.data && (
          <Failed
            what="The runs could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {runs.length > 0 && <RunsTable runs={held.shown} hasAgent={hasAgent} onEnd={onEnd} />}
        {list.isSuccess && runs.length === 0 && (isFiltered ? <NothingMatches /> : empty)}
      </div>
    </>
  );
}

function WaitingPill({ count, isPaused, onRelease }: { count: number; isPaused: boolean; onRelease: () => void }) {
  return (
    <div className="pointer-events-none sticky top-10 z-20 flex h-0 justify-center">
      <button
        type="button"
        onClick={onRelease}
        className="num pointer-events-auto flex h-7 animate-appear items-center gap-1.5 rounded-full bg-accent px-3 font-medium text-accent-fg shadow-overlay hover:bg-accent-hover"
      >
        <ArrowUp aria-hidden size={13} />
        {formatCount(count)} new{isPaused && ', paused'}
      </button>
    </div>
  );
}

function NothingMatches() {
  return (
    <Empty title="No run matches">
      <p>Widen the filters. A run is kept for 72 hours; older ones live on in the figures.</p>
    </Empty>
  );
}
