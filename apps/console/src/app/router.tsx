import { createRouter } from '@tanstack/react-router';
import { createQueryClient } from '#console/api/query-client.ts';
import { PageFailed, PagePending } from './fallbacks.tsx';
import { fleetPages } from './routes/fleet.ts';
import { fleet, frame, index, onboarding, rootRoute, signIn } from './routes/frame.ts';
import { governPages } from './routes/govern.ts';
import { oldAddresses } from './routes/old-addresses.ts';
import { invite, organizationPages } from './routes/organization.ts';
import { workPages } from './routes/work.ts';

/** Pages that ask who is signed in without needing anybody to be. */
const PUBLIC = ['/sign-in', '/invite'];

export const queryClient = createQueryClient(() => {
  const { pathname, searchStr } = router.state.location;
  if (PUBLIC.includes(pathname)) return;
  queryClient.clear();
  void router.navigate({ to: '/sign-in', search: { from: pathname + searchStr } });
});

const pages = frame.addChildren([onboarding, ...fleetPages, ...workPages, ...governPages, ...organizationPages]);

export const router = createRouter({
  routeTree: rootRoute.addChildren([index, fleet, signIn, invite, ...oldAddresses, pages]),
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
