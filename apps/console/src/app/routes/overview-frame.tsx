import { Link, Outlet } from '@tanstack/react-router';
import { PageHead } from '#console/ui/layout/page.tsx';
import { TabBar, tabClass } from '#console/ui/layout/tabs.tsx';

/** The overview's two halves: the fleet, and the work on the boards. */
export function OverviewFrame() {
  return (
    <>
      <PageHead title="Overview" />
      <TabBar label="Overview">
        <Link to="/dashboard" activeOptions={{ exact: true, includeSearch: false }} className={tabClass}>
          Fleet
        </Link>
        <Link to="/dashboard/work" search={{}} activeOptions={{ includeSearch: false }} className={tabClass}>
          Work
        </Link>
      </TabBar>
      <Outlet />
    </>
  );
}
