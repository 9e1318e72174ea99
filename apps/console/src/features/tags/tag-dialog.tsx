import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import type { Tag } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { createTag, deleteTag, type TagInput, tagKeys, updateTag } from '#console/api/queries/work/tags.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';

const DEFAULT_COLOR = '9e9e9e';

/** Makes a tag, changes it, or takes it off every task. */
export function TagDialog({ tag, onClose }: { tag: Tag | undefined; onClose: () => void }) {
  const formId = useId();
  const queryClient = useQueryClient();
  const [values, setValues] = useState<TagInput>({
    name: tag?.name ?? '',
    color: tag?.color ?? DEFAULT_COLOR,
    description: tag?.description ?? null,
  });
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: tagKeys.all });
    onClose();
  };
  const save = useMutation({
    mutationFn: async (input: TagInput) => (tag ? updateTag(tag.id, input) : createTag(input)),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: async () => tag && deleteTag(tag.id), onSuccess });
  const change = (part: Partial<TagInput>) => setValues({ ...values, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ ...values, name: values.name.trim() });
  };
  const error = save.error ?? remove.error;
  return (
    <Dialog
      title={tag ? 'Edit the tag' : 'New tag'}
      onClose={onClose}
      footer={
        <>
          {tag && (
            <Button tone="danger" className="mr-auto" isBusy={remove.isPending} onClick={() => remove.mutate()}>
              Delete, from {plural(tag.task_count, 'task')}
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
              maxLength={100}
              value={values.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label="Color" hint="A dot beside the name; the name is always there too.">
          {(ids) => (
            <input
              {...ids}
              type="color"
              className="h-8 w-16 rounded border border-line-strong bg-surface"
              value={`#${values.color}`}
              onChange={(event) => change({ color: event.target.value.slice(1) })}
            />
          )}
        </Field>
        <Field label="Description">
          {(ids) => (
            <TextArea
              {...ids}
              value={values.description ?? ''}
              onChange={(event) => change({ description: event.target.value || null })}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
