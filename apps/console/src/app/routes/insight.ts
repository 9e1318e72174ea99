import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseAnomalySearch } from '#console/features/anomalies/anomaly-search.ts';
import { parseGraphSearch } from '#console/features/graph/graph-search.ts';
import { admins } from './frame.ts';

const graph = createRoute({
  getParentRoute: () => admins,
  path: '/graph',
  validateSearch: parseGraphSearch,
  component: lazyRouteComponent(() => import('#console/features/graph/graph-page.tsx'), 'GraphPage'),
});

const anomalies = createRoute({
  getParentRoute: () => admins,
  path: '/anomalies',
  validateSearch: parseAnomalySearch,
  component: lazyRouteComponent(() => import('#console/features/anomalies/anomalies-page.tsx'), 'AnomaliesPage'),
});

/** What the figures of the fleet say together. */
export const insightPages = [graph, anomalies] as const;
