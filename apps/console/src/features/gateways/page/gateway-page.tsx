import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import { toFailure } from '#console/api/problem.ts';
import { gatewayQuery } from '#console/api/queries/gateways/gateways.ts';
import { Failed, Skeleton, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { TabBar, tabClass } from '#console/ui/layout/tabs.tsx';
import { GatewayHead } from './gateway-head.tsx';

const route = getRouteApi('/frame/admins/gateways/$gatewayId');

const TABS = [
  { to: '/gateways/$gatewayId', label: 'Overview', exact: true },
  { to: '/gateways/$gatewayId/agents', label: 'Agents', exact: false },
  { to: '/gateways/$gatewayId/sessions', label: 'Sessions', exact: false },
  { to: '/gateways/$gatewayId/sync', label: 'Template sync', exact: false },
  { to: '/gateways/$gatewayId/commands', label: 'Commands', exact: false },
] as const;

/** One gateway: how it is reached now, and the tabs of what stands on it. */
export function GatewayPage() {
  const { gatewayId } = route.useParams();
  const { data: gateway, error, refetch } = useQuery(gatewayQuery(gatewayId));
  if (error && !gateway)
    return <Failed what="The gateway could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  return (
    <>
      {gateway ? <GatewayHead gateway={gateway} /> : <PageHead title={<Skeleton className="h-4 w-48" />} />}
      <TabBar label="About this gateway">
        {TABS.map(({ to, label, exact }) => (
          <Link
            key={to}
            to={to}
            params={{ gatewayId }}
            search={{}}
            activeOptions={{ exact, includeSearch: false }}
            className={tabClass}
          >
            {label}
          </Link>
        ))}
      </TabBar>
      {gateway ? <Outlet /> : <SkeletonRows rows={6} />}
    </>
  );
}
