import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { User } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { meQuery, updateMe } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { ZoneInput } from '#console/ui/entry/zone-input.tsx';
import { toast } from '#console/ui/overlay/toast.tsx';

const FIELDS = [
  { name: 'name', label: 'Name', hint: 'As others see it.' },
  { name: 'preferred_name', label: 'Called', hint: 'How agents address you.' },
  { name: 'pronouns', label: 'Pronouns', hint: '' },
  { name: 'timezone', label: 'Time zone', hint: 'For example Europe/Berlin.' },
] as const;

const LONG_FIELDS = [
  { name: 'notes', label: 'Notes', hint: 'What agents of your boards should know of you.' },
  { name: 'context', label: 'Context', hint: 'What you work on.' },
] as const;

type Name = (typeof FIELDS)[number]['name'] | (typeof LONG_FIELDS)[number]['name'];
type Values = Record<Name, string>;

/** Who one is; only what was changed is sent. */
export function ProfileForm({ user }: { user: User }) {
  const queryClient = useQueryClient();
  const before: Values = {
    name: user.name ?? '',
    preferred_name: user.preferred_name ?? '',
    pronouns: user.pronouns ?? '',
    timezone: user.timezone ?? '',
    notes: user.notes ?? '',
    context: user.context ?? '',
  };
  const [values, setValues] = useState(before);
  const save = useMutation({
    mutationFn: updateMe,
    onSuccess: (saved) => {
      queryClient.setQueryData(meQuery.queryKey, saved);
      toast.done('Saved.');
    },
  });
  const set = (name: Name) => (event: { target: { value: string } }) =>
    setValues({ ...values, [name]: event.target.value });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const changed = Object.entries(values).filter(([name, value]) => value !== before[name as Name]);
    save.mutate(Object.fromEntries(changed.map(([name, value]) => [name, value.trim() || null])));
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-4">
      <p className="text-fg-2">{user.email ?? 'Without an e-mail address'}</p>
      <div className="grid gap-4 sm:grid-cols-2">
        {FIELDS.map(({ name, label, hint }) => (
          <Field key={name} label={label} hint={hint}>
            {(ids) =>
              name === 'timezone' ? (
                <ZoneInput
                  {...ids}
                  value={values.timezone}
                  onChange={(timezone) => setValues({ ...values, timezone })}
                />
              ) : (
                <TextInput {...ids} maxLength={200} value={values[name]} onChange={set(name)} />
              )
            }
          </Field>
        ))}
      </div>
      {LONG_FIELDS.map(({ name, label, hint }) => (
        <Field key={name} label={label} hint={hint}>
          {(ids) => <TextArea {...ids} maxLength={10_000} value={values[name]} onChange={set(name)} />}
        </Field>
      ))}
      {save.error && (
        <p role="alert" className="text-bad">
          {toFailure(save.error).message}
        </p>
      )}
      <div>
        <Button type="submit" tone="primary" isBusy={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
