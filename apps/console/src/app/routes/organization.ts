import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { parseSkillSearch } from '#console/features/skills/marketplace/skill-search.ts';
import { parseEditSearch } from '#console/lib/edit-search.ts';
import { compact, parseText } from '#console/lib/search-params.ts';
import { admins, frame, rootRoute } from './frame.ts';

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

const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyRouteComponent(() => import('#console/features/settings/settings-page.tsx'), 'SettingsPage'),
});

const tags = createRoute({
  getParentRoute: () => frame,
  path: '/tags',
  validateSearch: parseEditSearch,
  component: lazyRouteComponent(() => import('#console/features/tags/tags-page.tsx'), 'TagsPage'),
});

const marketplace = createRoute({
  getParentRoute: () => admins,
  path: '/skills/marketplace',
  validateSearch: parseSkillSearch,
  component: lazyRouteComponent(
    () => import('#console/features/skills/marketplace/marketplace-page.tsx'),
    'MarketplacePage',
  ),
});

const packs = createRoute({
  getParentRoute: () => admins,
  path: '/skills/packs',
  validateSearch: parseEditSearch,
  component: lazyRouteComponent(() => import('#console/features/skills/packs/packs-page.tsx'), 'PacksPage'),
});

/** Who belongs here and what they may. */
export const organizationPages = [organization, settings, tags] as const;

/** What agents can be given, for admins. */
export const skillPages = [marketplace, packs] as const;
