import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { Member } from '#console/api/contract.ts';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteOrganization, membersQuery } from '#console/api/queries/organization/members.ts';
import { isAdminRole, membershipQuery, organizationQuery } from '#console/api/queries/session.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead, Section } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { ExportSection } from './export-section.tsx';
import { InviteDialog } from './invites/invite-dialog.tsx';
import { InvitesSection } from './invites/invites-section.tsx';
import { MemberDialog } from './members/member-dialog.tsx';
import { MembersTable } from './members/members-table.tsx';

/** Who belongs to the organization, and who is invited. */
export function OrganizationPage() {
  const organization = useQuery(organizationQuery).data;
  const membership = useQuery(membershipQuery).data;
  const list = useInfiniteQuery(membersQuery);
  const members = useItems(list.data);
  const [isInviting, setInviting] = useState(false);
  const [edited, setEdited] = useState<Member>();
  const isAdmin = isAdminRole(membership?.role);
  const isOwner = membership?.role === 'owner';
  const total = list.data?.pages[0]?.total;
  return (
    <>
      <PageHead
        title={organization?.name ?? 'Organization'}
        aside={total !== undefined && <span className="num text-fg-3">{plural(total, 'member')}</span>}
        actions={
          isAdmin && (
            <Button tone="primary" icon={UserPlus} onClick={() => setInviting(true)}>
              Invite
            </Button>
          )
        }
      />
      <div className="border-t">
        {list.isPending && <SkeletonRows rows={6} />}
        {list.isError && !list.data && (
          <Failed
            what="The members could not be loaded"
            failure={toFailure(list.error)}
            onRetry={() => void list.refetch()}
          />
        )}
        {members.length > 0 && (
          <MembersTable members={members} ownId={membership?.id} onEdit={isAdmin ? setEdited : undefined} />
        )}
      </div>
      {isAdmin && <InvitesSection />}
      {isOwner && <ExportSection />}
      {isOwner && organization && <DangerSection name={organization.name} count={total ?? 0} />}
      {isInviting && <InviteDialog isOwner={isOwner} onClose={() => setInviting(false)} />}
      {edited && (
        <MemberDialog
          memberId={edited.id}
          isOwner={isOwner}
          isSelf={edited.id === membership?.id}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}

function DangerSection({ name, count }: { name: string; count: number }) {
  const queryClient = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: deleteOrganization,
    onSuccess: async () => {
      setAsking(false);
      await queryClient.resetQueries();
    },
  });
  return (
    <Section title="Delete the organization" className="px-4 pb-6 sm:px-6">
      <p className="mb-2 max-w-xl text-fg-2">
        Everything of it goes at once: boards, tasks, agents, keys, runs and the audit trail. Export what you must keep
        first.
      </p>
      <Button tone="danger" onClick={() => setAsking(true)}>
        Delete it
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Delete the organization"
          action="Delete everything"
          typed={name}
          isBusy={remove.isPending}
          error={remove.error ? toFailure(remove.error).message : undefined}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>{plural(count, 'member')} lose it. This cannot be undone.</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
