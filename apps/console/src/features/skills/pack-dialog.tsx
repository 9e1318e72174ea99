import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { createSkillPack, skillPackKeys } from '#console/api/queries/organization/skill-packs.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';

/** Adds a repository of skills. */
export function PackDialog({ onClose }: { onClose: () => void }) {
  const formId = useId();
  const queryClient = useQueryClient();
  const [url, setUrl] = useState('');
  const [branch, setBranch] = useState('main');
  const create = useMutation({
    mutationFn: createSkillPack,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: skillPackKeys.all });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ source_url: url.trim(), branch: branch.trim() || 'main' });
  };
  return (
    <Dialog
      title="Add a pack"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={create.isPending}>
            Add it
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <Field
          label="Address"
          hint="https://github.com/owner/repository"
          error={create.error ? toFailure(create.error).message : undefined}
        >
          {(ids) => <TextInput {...ids} data-autofocus value={url} onChange={(event) => setUrl(event.target.value)} />}
        </Field>
        <Field label="Branch" hint="The default branch is read when there is no such one.">
          {(ids) => <TextInput {...ids} value={branch} onChange={(event) => setBranch(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
