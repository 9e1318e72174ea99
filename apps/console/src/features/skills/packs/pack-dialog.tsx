import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { SkillPack } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  createSkillPack,
  type SkillPackInput,
  skillPackKeys,
  updateSkillPack,
} from '#console/api/queries/organization/skill-packs.ts';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { findUrlFault } from './pack-url.ts';

/** Adds a repository of skills, or changes one. */
export function PackDialog({ pack, onClose }: { pack: SkillPack | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [url, setUrl] = useState(pack?.source_url ?? '');
  const [branch, setBranch] = useState(pack?.branch ?? 'main');
  const [name, setName] = useState(pack?.name ?? '');
  const [fault, setFault] = useState<string>();
  const save = useMutation({
    mutationFn: async (input: SkillPackInput) => (pack ? updateSkillPack(pack, input) : createSkillPack(input)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: skillPackKeys.all });
      onClose();
    },
  });
  const submit = () => {
    const found = findUrlFault(url);
    setFault(found);
    if (!found) save.mutate({ source_url: url.trim(), branch: branch.trim() || 'main', name: name.trim() || null });
  };
  return (
    <FormDialog
      title={pack ? 'Edit the pack' : 'Add a pack'}
      action={pack ? 'Save' : 'Add it'}
      isBusy={save.isPending}
      onSubmit={submit}
      onClose={onClose}
    >
      <Field
        label="Address"
        hint="https://github.com/owner/repository"
        error={fault ?? (save.error ? toFailure(save.error).message : undefined)}
      >
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            value={url}
            onChange={(event) => setUrl(event.target.value)}
            onBlur={() => url.trim() !== '' && setFault(findUrlFault(url))}
          />
        )}
      </Field>
      <Field label="Branch" hint="The default branch is read when there is no such one.">
        {(ids) => (
          <TextInput {...ids} maxLength={250} value={branch} onChange={(event) => setBranch(event.target.value)} />
        )}
      </Field>
      <Field label="Name" hint="That of the repository when left empty.">
        {(ids) => <TextInput {...ids} maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />}
      </Field>
    </FormDialog>
  );
}
