import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { deleteMe, meQuery } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead, Section } from '#console/ui/layout/page.tsx';
import { ConfirmDialog } from '#console/ui/overlay/confirm-dialog.tsx';
import { ProfileForm } from './profile-form.tsx';
import { TokensSection } from './tokens-section.tsx';

/** One's own profile, tokens and account. */
export function SettingsPage() {
  const me = useQuery(meQuery);
  return (
    <>
      <PageHead title="Your settings" />
      <div className="grid max-w-3xl gap-8 border-t px-4 py-5 sm:px-6">
        {me.isPending && <SkeletonRows rows={6} />}
        {me.isError && !me.data && <Failed what="Your profile could not be loaded" failure={toFailure(me.error)} />}
        {me.data && <ProfileForm key={me.data.id} user={me.data} />}
        <TokensSection />
        <AccountSection />
      </div>
    </>
  );
}

function AccountSection() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: deleteMe,
    onSuccess: async () => {
      await navigate({ to: '/sign-in', search: {} });
      queryClient.clear();
    },
  });
  return (
    <Section title="Delete your account">
      <p className="mb-2 text-fg-2">
        Organizations in which you are alone go with it; what you wrote in others stays, without your name.
      </p>
      <Button tone="danger" onClick={() => setAsking(true)}>
        Delete it
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Delete your account"
          action="Delete it"
          typed="delete"
          isBusy={remove.isPending}
          error={remove.error ? toFailure(remove.error).message : undefined}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>Your tokens end, your memberships end, and nobody can bring the account back.</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
