import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { User } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { meQuery, updateMe } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { ZoneInput } from '#console/ui/entry/zone-input.tsx';
import { Failed, SkeletonRows } from '#console/ui/feedback/states.tsx';
import { PageHead } from '#console/ui/layout/page.tsx';

/** Asks a newcomer for a name and a time zone, then leads to the overview. */
export function WelcomePage() {
  const me = useQuery(meQuery);
  return (
    <>
      <PageHead title="Who are you?">
        <p className="max-w-xl text-fg-2">
          Agents address you by your name, and know by your time zone when you sleep. Everything else is in your
          settings.
        </p>
      </PageHead>
      <div className="max-w-xl border-t px-4 py-5 sm:px-6">
        {me.isPending && <SkeletonRows rows={3} />}
        {me.isError && !me.data && (
          <Failed
            what="Your profile could not be loaded"
            failure={toFailure(me.error)}
            onRetry={() => void me.refetch()}
          />
        )}
        {me.data && <WelcomeForm key={me.data.id} user={me.data} />}
      </div>
    </>
  );
}

function WelcomeForm({ user }: { user: User }) {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(user.name ?? '');
  const [zone, setZone] = useState(user.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [complaint, setComplaint] = useState<string>();
  const save = useMutation({
    mutationFn: updateMe,
    onSuccess: async (saved) => {
      queryClient.setQueryData(meQuery.queryKey, saved);
      await navigate({ to: '/dashboard' });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return setComplaint('Give the name that others see.');
    setComplaint(undefined);
    save.mutate({ name: name.trim(), timezone: zone.trim() || null });
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <Field label="Name" hint="As others see it." error={complaint}>
        {(ids) => (
          <TextInput
            {...ids}
            autoFocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Time zone"
        hint="For example Europe/Berlin."
        error={save.error ? toFailure(save.error).message : undefined}
      >
        {(ids) => <ZoneInput {...ids} value={zone} onChange={setZone} />}
      </Field>
      <div>
        <Button type="submit" tone="primary" isBusy={save.isPending}>
          Go on
        </Button>
      </div>
    </form>
  );
}
