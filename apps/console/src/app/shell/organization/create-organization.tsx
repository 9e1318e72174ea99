import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { createOrganization } from '#console/api/queries/session.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';

interface CreateOrganizationProps {
  onClose: () => void;
  onCreated: () => Promise<void>;
}

/** Asks for the name of a new organization and makes it. */
export function CreateOrganization({ onClose, onCreated }: CreateOrganizationProps) {
  const formId = useId();
  const [name, setName] = useState('');
  const create = useMutation({
    mutationFn: createOrganization,
    onSuccess: async () => {
      onClose();
      await onCreated();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate(name.trim());
  };
  return (
    <Dialog
      title="New organization"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={create.isPending}>
            Create it
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate>
        <Field
          label="Name"
          hint="Boards, agents, members and keys belong to one organization; nothing is shared between two."
          error={create.error ? toFailure(create.error).message : undefined}
        >
          {(ids) => (
            <TextInput
              {...ids}
              data-autofocus
              maxLength={200}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
