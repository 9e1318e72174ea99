import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, Outlet } from '@tanstack/react-router';
import type { PolicyDetail } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { policyQuery } from '#console/api/queries/policies/policies.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed, Skeleton, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';
import { TabBar, tabClass } from '#console/ui/layout/tabs.tsx';
import { StatePill } from '#console/ui/state/mark.tsx';
import { policyLook, toScopeText } from '../policy-look.ts';
import { PolicyActions } from './policy-actions.tsx';

const route = getRouteApi('/frame/policies/$policyId');

const TABS = [
  { to: '/policies/$policyId', label: 'Editor', isForAdmins: false },
  { to: '/policies/$policyId/effect', label: 'Effect', isForAdmins: true },
  { to: '/policies/$policyId/backtest', label: 'Back-test', isForAdmins: true },
  { to: '/policies/$policyId/history', label: 'History', isForAdmins: false },
  { to: '/policies/$policyId/exceptions', label: 'Exceptions', isForAdmins: false },
] as const;

/** One policy: how it stands, and the tabs of what can be known and done about it. */
export function PolicyPage() {
  const { policyId } = route.useParams();
  const { data: policy, error, refetch } = useQuery(policyQuery(policyId));
  const isAdmin = isAdminRole(useQuery(membershipQuery).data?.role);
  if (error && !policy)
    return <Failed what="The policy could not be loaded" failure={toFailure(error)} onRetry={() => void refetch()} />;
  return (
    <div className="flex min-h-full flex-col lg:h-full">
      {policy ? <Head policy={policy} isAdmin={isAdmin} /> : <PageHead title={<Skeleton className="h-4 w-48" />} />}
      <TabBar label="About this policy">
        {TABS.filter(({ isForAdmins }) => isAdmin || !isForAdmins).map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            params={{ policyId }}
            search={{}}
            activeOptions={{ exact: true, includeSearch: false }}
            className={tabClass}
          >
            {label}
          </Link>
        ))}
      </TabBar>
      {policy ? <Outlet /> : <SkeletonRows rows={6} />}
    </div>
  );
}

function Head({ policy, isAdmin }: { policy: PolicyDetail; isAdmin: boolean }) {
  return (
    <PageHead
      title={<ForeignText text={policy.name} />}
      aside={<StatePill look={policyLook(policy)} />}
      actions={isAdmin && policy.archived_at === null && <PolicyActions policy={policy} />}
    >
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-fg-2">
        {policy.active_version === null ? (
          <span>No version holds; version {policy.latest_version} is saved.</span>
        ) : (
          <>
            <span className="num">version {policy.active_version} holds</span>
            {policy.active_version !== policy.latest_version && (
              <span className="num">version {policy.latest_version} is saved, not active</span>
            )}
            <ForeignText text={toScopeText(policy.scope) ?? ''} />
            <span>
              since <Ago at={policy.activated_at} />
            </span>
          </>
        )}
      </p>
    </PageHead>
  );
}
