import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Tag } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { createTag, deleteTag, type TagInput, tagKeys, updateTag } from '#console/api/queries/work/tags.ts';
import { findFaintOn } from '#console/lib/form/contrast.ts';
import { plural } from '#console/lib/format/numbers.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { MarkedWord } from '#console/ui/state/mark.tsx';

const DEFAULT_COLOR = '808080';

interface Values {
  name: string;
  slug: string;
  color: string;
  description: string;
}

const toValues = (tag: Tag | null): Values => ({
  name: tag?.name ?? '',
  slug: tag?.slug ?? '',
  color: tag?.color ?? DEFAULT_COLOR,
  description: tag?.description ?? '',
});

const toInput = ({ name, slug, color, description }: Values): TagInput => ({
  name: name.trim(),
  color,
  description: description.trim() || null,
  ...(slug.trim() !== '' && { slug: slug.trim() }),
});

/** Makes a tag, changes it, or takes it off every task. */
export function TagDialog({ tag, onClose }: { tag: Tag | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const [values, setValues] = useState(() => toValues(tag));
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: tagKeys.all });
    onClose();
  };
  const save = useMutation({
    mutationFn: async (input: TagInput) => (tag ? updateTag(tag.id, input) : createTag(input)),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: async () => tag && deleteTag(tag.id), onSuccess });
  const error = save.error ?? remove.error;
  return (
    <FormDialog
      title={tag ? 'Edit the tag' : 'New tag'}
      isBusy={save.isPending}
      error={error ? toFailure(error).message : undefined}
      onSubmit={() => save.mutate(toInput(values))}
      onClose={onClose}
      aside={
        tag && (
          <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
            Delete, from {plural(tag.task_count, 'task')}
          </Button>
        )
      }
    >
      <TagFields values={values} onChange={(part) => setValues({ ...values, ...part })} />
    </FormDialog>
  );
}

function TagFields({ values, onChange }: { values: Values; onChange: (part: Partial<Values>) => void }) {
  return (
    <>
      <Field label="Name">
        {(ids) => (
          <TextInput
            {...ids}
            data-autofocus
            maxLength={100}
            value={values.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Slug" hint="How agents name it; made from the name when left empty.">
        {(ids) => (
          <TextInput
            {...ids}
            className="font-mono"
            maxLength={100}
            value={values.slug}
            onChange={(event) => onChange({ slug: event.target.value })}
          />
        )}
      </Field>
      <Field label="Color" hint={<ColorHint color={values.color} />}>
        {(ids) => (
          <input
            {...ids}
            type="color"
            className="touch h-8 w-16 rounded border border-line-strong bg-surface"
            value={`#${values.color}`}
            onChange={(event) => onChange({ color: event.target.value.slice(1) })}
          />
        )}
      </Field>
      <Field label="Description">
        {(ids) => (
          <TextArea
            {...ids}
            value={values.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function ColorHint({ color }: { color: string }) {
  const faint = findFaintOn(color);
  if (faint.length === 0) return 'A dot beside the name, easy to see in both themes.';
  return (
    <MarkedWord
      look={{ tone: 'warn', shape: 'half', word: `Hard to see in the ${faint.join(' and ')} theme (below 3:1)` }}
      className="whitespace-normal"
    />
  );
}
