import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseAuditSearch } from '#console/features/audit/audit-search.ts';
import { frame } from './frame.ts';

/** Around pages that members may not read. */
const admins = createRoute({
  getParentRoute: () => frame,
  id: 'admins',
  component: lazyRouteComponent(() => import('./admins-only.tsx'), 'AdminsOnly'),
});

const audit = createRoute({
  getParentRoute: () => admins,
  path: '/audit',
  validateSearch: parseAuditSearch,
  component: lazyRouteComponent(() => import('#console/features/audit/audit-page.tsx'), 'AuditPage'),
});

/** What was done, what is under way, and what other systems hear of it. */
export const governPages = [admins.addChildren([audit])] as const;
