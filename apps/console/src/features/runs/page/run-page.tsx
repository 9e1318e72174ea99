import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { RunDetail } from '#console/api/contract.ts';
import { hasStatus, toFailure } from '#console/api/problem.ts';
import { runQuery } from '#console/api/queries/fleet/runs.ts';
import { useKeys } from '#console/lib/browser/keyboard.ts';
import { Empty, Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { RUN_TABS, type RunTab } from '../run-search.ts';
import { TraceTab } from '../trace/trace-tab.tsx';
import { RunHead } from './run-head.tsx';
import { RunLive } from './run-live.tsx';
import { RunTabs } from './run-tabs.tsx';

const ReasoningTab = lazy(() => import('../tabs/reasoning-tab.tsx'));
const MessagesTab = lazy(() => import('../tabs/messages-tab.tsx'));
const DecisionsTab = lazy(() => import('../tabs/decisions-tab.tsx'));
const CheckpointsTab = lazy(() => import('../tabs/checkpoints-tab.tsx'));

const route = getRouteApi('/frame/runs/$runId');

/** One run: what happened, step by step, and why. */
export function RunPage() {
  const { runId } = route.useParams();
  const { tab = 'trace', step } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  const show = (next: RunTab) =>
    void navigate({ search: (before) => ({ ...before, tab: next === 'trace' ? undefined : next }), replace: true });
  useKeys(Object.fromEntries(RUN_TABS.map((name, index) => [String(index + 1), () => show(name)])));
  if (hasStatus(error, 404) && !run) return <Gone />;
  if (error && !run)
    return <Failed what="The run could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  if (!run) return <SkeletonRows rows={12} />;
  return (
    <div className="flex flex-col sm:h-full sm:min-h-[36rem]" data-run={run.id} data-event-at={run.last_event_at}>
      <RunHead run={run} />
      <RunTabs runId={runId} />
      <RunLive run={run} />
      <Suspense fallback={<SkeletonRows rows={8} />}>
        <Tab tab={tab} run={run} step={step} />
      </Suspense>
    </div>
  );
}

function Tab({ tab, run, step }: { tab: RunTab; run: RunDetail; step: string | undefined }) {
  switch (tab) {
    case 'trace':
      return <TraceTab key={run.id} run={run} step={step} />;
    case 'reasoning':
      return <ReasoningTab run={run} />;
    case 'messages':
      return <MessagesTab run={run} />;
    case 'decisions':
      return <DecisionsTab run={run} />;
    case 'checkpoints':
      return <CheckpointsTab run={run} />;
  }
}

function Gone() {
  return (
    <Empty title="This run is not here">
      <p>
        Full data is kept for 72 hours unless the organization set another limit. The link may also belong to another
        organization.
      </p>
    </Empty>
  );
}
