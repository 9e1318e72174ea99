import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { PageHead } from '#console/ui/layout/page.tsx';
import { AnalyticsFilters } from './analytics-filters.tsx';
import { type AnalyticsSearch, toScope } from './analytics-search.ts';
import { BreakdownPanels } from './breakdown/breakdown-panels.tsx';
import { LatencyPanel } from './latency-panel.tsx';
import { ToolHeatmap } from './tool-heatmap.tsx';
import { UsagePanels } from './usage-panels.tsx';

const route = getRouteApi('/frame/analytics');

/** Tokens, cost, latency, tools and errors of the fleet, or of a part of it, over up to thirty days. */
export function AnalyticsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const scope = useMemo(() => toScope(search), [search]);
  const onChange = (change: AnalyticsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  const shared = { scope, search, onChange };
  return (
    <>
      <PageHead title="Analytics">
        <AnalyticsFilters {...shared} />
      </PageHead>
      <div className="grid grid-cols-1 gap-4 px-4 pb-6 sm:px-6 lg:grid-cols-2">
        <UsagePanels {...shared} />
        <LatencyPanel {...shared} />
        <ToolHeatmap {...shared} />
        <BreakdownPanels {...shared} />
      </div>
    </>
  );
}
