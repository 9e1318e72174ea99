import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { createSkill, skillKeys } from '#console/api/queries/organization/skills.ts';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';

/** Adds a skill that is in no pack, by its address. */
export function AddSkillDialog({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const [url, setUrl] = useState('');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const create = useMutation({
    mutationFn: createSkill,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: skillKeys.all });
      onClose();
    },
  });
  const submit = () => {
    create.mutate({ source_url: url.trim(), name: name.trim() || null, description: description.trim() || null });
  };
  return (
    <FormDialog title="Add a skill" action="Add it" isBusy={create.isPending} onSubmit={submit} onClose={onClose}>
      <Field
        label="Address"
        hint="Where its SKILL.md is to be found."
        error={create.error ? toFailure(create.error).message : undefined}
      >
        {(ids) => <TextInput {...ids} data-autofocus value={url} onChange={(event) => setUrl(event.target.value)} />}
      </Field>
      <Field label="Name" hint="The end of the address when left empty.">
        {(ids) => <TextInput {...ids} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label="Description">
        {(ids) => <TextArea {...ids} value={description} onChange={(event) => setDescription(event.target.value)} />}
      </Field>
    </FormDialog>
  );
}
