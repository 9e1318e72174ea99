import { createRootRoute, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { NotFound } from '../fallbacks.tsx';

export const rootRoute = createRootRoute({ notFoundComponent: NotFound });

export const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { from?: string } =>
    typeof search.from === 'string' ? { from: search.from } : {},
  component: lazyRouteComponent(() => import('#console/features/session/sign-in-page.tsx'), 'SignInPage'),
});

/** What stands around every page of a signed-in person. */
export const frame = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  component: lazyRouteComponent(() => import('../shell/frame.tsx'), 'Frame'),
});

/** Around pages that members may not read. */
export const admins = createRoute({
  getParentRoute: () => frame,
  id: 'admins',
  component: lazyRouteComponent(() => import('../frames/admins-only.tsx'), 'AdminsOnly'),
});

export const index = createRoute({ getParentRoute: () => rootRoute, path: '/', beforeLoad: () => toDashboard() });

export const fleet = createRoute({ getParentRoute: () => rootRoute, path: '/fleet', beforeLoad: () => toDashboard() });

/** Where newcomers say who they are. */
export const onboarding = createRoute({
  getParentRoute: () => frame,
  path: '/onboarding',
  component: lazyRouteComponent(() => import('#console/features/session/welcome-page.tsx'), 'WelcomePage'),
});

function toDashboard(): never {
  throw redirect({ to: '/dashboard', replace: true });
}
