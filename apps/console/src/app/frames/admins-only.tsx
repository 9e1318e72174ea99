import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { useItems } from '#console/api/pages.ts';
import { membersQuery } from '#console/api/queries/organization/members.ts';
import { isAdminRole, membershipQuery } from '#console/api/queries/session.ts';
import { Empty } from '#console/ui/feedback/states.tsx';
import { PagePending } from '../fallbacks.tsx';

/** Around pages that only admins may read: a member asks nothing of the server and learns who can help. */
export function AdminsOnly() {
  const membership = useQuery(membershipQuery);
  if (membership.isPending) return <PagePending />;
  if (membership.data && !isAdminRole(membership.data.role)) return <NoAccess />;
  return <Outlet />;
}

function NoAccess() {
  const members = useItems(useInfiniteQuery(membersQuery).data);
  const admins = members.filter(({ role }) => isAdminRole(role)).map(({ user }) => user?.name || user?.email);
  return (
    <Empty
      title="This page is for admins"
      action={
        <Link to="/organization" className="text-accent hover:underline">
          See who belongs to the organization
        </Link>
      }
    >
      <p>
        {admins.length > 0
          ? `Ask ${admins.filter(Boolean).join(', ')} to look, or to make you an admin.`
          : 'Ask an owner or admin of the organization to look, or to make you an admin.'}
      </p>
    </Empty>
  );
}
