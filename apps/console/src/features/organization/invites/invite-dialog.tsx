import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { createInvite, inviteKeys, toInviteLink } from '#console/api/queries/organization/invites.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { SecretOnce } from '#console/ui/data/secret-once.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { AccessFields, type AccessValues, toAccess } from '../access-fields.tsx';
import { type Role, RoleField } from '../role-fields.tsx';

const SPANS = [
  { value: '1', label: '1 day' },
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
] as const;

/** Asks whom to invite and to what, then shows the link once. */
export function InviteDialog({ isOwner, onClose }: { isOwner: boolean; onClose: () => void }) {
  const formId = useId();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [access, setAccess] = useState<AccessValues>({ all: 'read', boards: {} });
  const [days, setDays] = useState<(typeof SPANS)[number]['value']>('7');
  const create = useMutation({
    mutationFn: createInvite,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: inviteKeys.all }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ invited_email: email.trim(), role, expires_in_days: Number(days), ...toAccess(access) });
  };
  if (create.data) return <InviteLink email={create.data.invited_email} token={create.data.token} onClose={onClose} />;
  return (
    <Dialog
      title="Invite somebody"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={create.isPending}>
            Make the link
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <Field
          label="E-mail"
          hint="The invitation is for this address only."
          error={create.error ? toFailure(create.error).message : undefined}
        >
          {(ids) => (
            <TextInput
              {...ids}
              type="email"
              data-autofocus
              maxLength={320}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          )}
        </Field>
        <RoleField role={role} onChange={setRole} isOwner={isOwner} />
        <AccessFields values={access} onChange={setAccess} />
        <div className="grid gap-1.5">
          <p className="font-medium">Good for</p>
          <div>
            <Segmented label="Good for" choices={SPANS} value={days} onChange={setDays} />
          </div>
        </div>
      </form>
    </Dialog>
  );
}

/** The link of a new invitation; no mail is sent. */
export function InviteLink({ email, token, onClose }: { email: string; token: string; onClose: () => void }) {
  return (
    <Dialog
      title="The invitation"
      onClose={onClose}
      footer={
        <Button tone="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <div className="grid gap-3">
        <p>Send this link to {email}. It can be used once.</p>
        <SecretOnce secret={toInviteLink(token)} label="Copy the link" />
      </div>
    </Dialog>
  );
}
