import { useQuery } from '@tanstack/react-query';
import { Link, Navigate, Outlet, useMatchRoute } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { TabBar, tabClass } from '#console/ui/layout/tabs.tsx';

/** Of use for a day, so loaded apart. */
const FirstSteps = lazy(async () => ({
  default: (await import('#console/features/dashboard/first-steps.tsx')).FirstSteps,
}));

/** The overview's two halves: the fleet, and the work on the boards. Members, who may not read the fleet, see their work. */
export function OverviewFrame() {
  const membership = useQuery(membershipQuery);
  const isFleet = useMatchRoute()({ to: '/dashboard' }) !== false;
  const isMember = membership.data !== undefined && !isAdminRole(membership.data.role);
  if (isMember && isFleet) return <Navigate to="/dashboard/work" search={{}} replace />;
  return (
    <>
      <PageHead title="Overview" />
      {!isMember && (
        <TabBar label="Overview">
          <Link to="/dashboard" activeOptions={{ exact: true, includeSearch: false }} className={tabClass}>
            Fleet
          </Link>
          <Link to="/dashboard/work" search={{}} activeOptions={{ includeSearch: false }} className={tabClass}>
            Work
          </Link>
        </TabBar>
      )}
      {membership.data && !isMember && (
        <Suspense>
          <FirstSteps />
        </Suspense>
      )}
      {isFleet && membership.isPending ? <SkeletonRows /> : <Outlet />}
    </>
  );
}
