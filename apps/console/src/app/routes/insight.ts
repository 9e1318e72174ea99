import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseGraphSearch } from '#console/features/graph/graph-search.ts';
import { admins } from './frame.ts';

const graph = createRoute({
  getParentRoute: () => admins,
  path: '/graph',
  validateSearch: parseGraphSearch,
  component: lazyRouteComponent(() => import('#console/features/graph/graph-page.tsx'), 'GraphPage'),
});

/** What the figures of the fleet say together. */
export const insightPages = [graph] as const;
