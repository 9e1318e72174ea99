import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { compact, parseText } from '#console/lib/search-params.ts';
import { frame, rootRoute } from './frame.ts';

/** Open to whoever holds the link. */
export const invite = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invite',
  validateSearch: (search: Record<string, unknown>): { token?: string | undefined } =>
    compact({ token: parseText(search.token) }),
  component: lazyRouteComponent(() => import('#console/features/session/invite-page.tsx'), 'InvitePage'),
});

const organization = createRoute({
  getParentRoute: () => frame,
  path: '/organization',
  component: lazyRouteComponent(
    () => import('#console/features/organization/organization-page.tsx'),
    'OrganizationPage',
  ),
});

/** Who belongs here and what they may. */
export const organizationPages = [organization] as const;
