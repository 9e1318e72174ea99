import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Invite } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { deleteInvite, inviteKeys, invitesQuery, reissueInvite } from '#console/api/queries/organization/invites.ts';
import { Button } from '#console/ui/control/button.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { Ago } from '#console/ui/data/time.tsx';
import { Failed } from '#console/ui/feedback/states.tsx';
import { Panel, Section } from '#console/ui/layout/page.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';
import { InviteLink } from './invite-dialog.tsx';

const looks = {
  pending: { tone: 'warn', shape: 'half', word: 'Waiting' },
  accepted: { tone: 'ok', shape: 'dot', word: 'Accepted' },
  expired: { tone: 'idle', shape: 'ring', word: 'Expired' },
} as const satisfies Record<Invite['status'], StateLook>;

/** Who is invited and has not come yet. */
export function InvitesSection() {
  const list = useQuery(invitesQuery);
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: inviteKeys.all });
  const [fresh, setFresh] = useState<Invite>();
  const onError = (error: unknown) => toast.failed(`Not changed: ${toFailure(error).message}`);
  const reissue = useMutation({
    mutationFn: reissueInvite,
    onSuccess: (invite) => {
      setFresh(invite);
      return refresh();
    },
    onError,
  });
  const remove = useMutation({ mutationFn: deleteInvite, onSuccess: refresh, onError });
  const invites = list.data?.items ?? [];
  if (list.isSuccess && invites.length === 0) return null;
  return (
    <Section title="Invitations" className="px-4 py-4 sm:px-6">
      {list.isError && <Failed what="The invitations could not be loaded" failure={toFailure(list.error)} isCompact />}
      <Panel>
        <ul>
          {invites.map((invite) => (
            <li
              key={invite.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-1.5 last:border-b-0"
            >
              <span className="min-w-0 flex-1 truncate font-medium">
                <ForeignText text={invite.invited_email} />
              </span>
              <span className="text-fg-2">{invite.role}</span>
              <MarkedWord look={looks[invite.status]} />
              <Ago at={invite.created_at} className="text-sm text-fg-3" />
              <span className="flex gap-1">
                <Button tone="ghost" isSmall onClick={() => reissue.mutate(invite.id)}>
                  New link
                </Button>
                <Button tone="ghost" isSmall onClick={() => remove.mutate(invite.id)}>
                  Take back
                </Button>
              </span>
            </li>
          ))}
        </ul>
      </Panel>
      {fresh && <InviteLink email={fresh.invited_email} token={fresh.token} onClose={() => setFresh(undefined)} />}
    </Section>
  );
}
