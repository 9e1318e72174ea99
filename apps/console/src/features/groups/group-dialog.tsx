import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import type { BoardGroup } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import {
  createBoardGroup,
  deleteBoardGroup,
  type GroupInput,
  updateBoardGroup,
} from '#console/api/queries/work/board-groups.ts';
import { groupKeys } from '#console/api/queries/work-keys.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';

/** Makes a group, changes it, or deletes it; its boards stay. */
export function GroupDialog({ group, onClose }: { group: BoardGroup | undefined; onClose: () => void }) {
  const formId = useId();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(group?.name ?? '');
  const [description, setDescription] = useState(group?.description ?? '');
  const refresh = () => queryClient.invalidateQueries({ queryKey: groupKeys.all });
  const save = useMutation({
    mutationFn: async (input: GroupInput) => (group ? updateBoardGroup(group.id, input) : createBoardGroup(input)),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const remove = useMutation({
    mutationFn: async () => group && deleteBoardGroup(group.id),
    onSuccess: async () => {
      await navigate({ to: '/board-groups' });
      await refresh();
    },
  });
  const error = save.error ?? remove.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name: name.trim(), description: description.trim() || null });
  };
  return (
    <Dialog
      title={group ? 'Edit the group' : 'New group'}
      onClose={onClose}
      footer={
        <>
          {group && (
            <Button tone="danger" className="mr-auto" isBusy={remove.isPending} onClick={() => remove.mutate()}>
              Delete, its boards stay
            </Button>
          )}
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} tone="primary" isBusy={save.isPending}>
            Save
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="grid gap-4">
        <Field label="Name" error={error ? toFailure(error).message : undefined}>
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
        <Field label="Description">
          {(ids) => <TextArea {...ids} value={description} onChange={(event) => setDescription(event.target.value)} />}
        </Field>
      </form>
    </Dialog>
  );
}
