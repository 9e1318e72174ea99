import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CustomField } from '#console/api/contract.ts';
import { toFailure } from '#console/api/problem.ts';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import {
  createCustomField,
  customFieldKeys,
  deleteCustomField,
  updateCustomField,
} from '#console/api/queries/work/custom-fields.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Picks } from '#console/ui/entry/picks.tsx';
import { FormDialog } from '#console/ui/overlay/form-dialog.tsx';
import { FieldInputs } from './field-inputs.tsx';
import { type FieldValues, findInitialFault, toFieldBody, toFieldValues } from './field-values.ts';

/** Defines a field of tasks, or changes one; its key stays as it is. */
export function FieldDialog({ field, onClose }: { field: CustomField | null; onClose: () => void }) {
  const queryClient = useQueryClient();
  const boards = useQuery(boardsQuery).data?.items ?? [];
  const [values, setValues] = useState(() => toFieldValues(field));
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: customFieldKeys.all });
    onClose();
  };
  const save = useMutation({ mutationFn: () => saveField(field, values), onSuccess });
  const remove = useMutation({ mutationFn: async () => field && deleteCustomField(field.id), onSuccess });
  const error = save.error ?? remove.error;
  const change = (part: Partial<FieldValues>) => setValues({ ...values, ...part });
  return (
    <FormDialog
      title={field ? 'Edit the field' : 'New field'}
      width="wide"
      isBusy={save.isPending}
      error={error ? toFailure(error).message : undefined}
      onSubmit={() => {
        if (!findInitialFault(values)) save.mutate();
      }}
      onClose={onClose}
      aside={
        field && (
          <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        )
      }
    >
      <FieldInputs values={values} isNew={!field} onChange={change} />
      <Picks
        legend="On these boards"
        picks={boards}
        chosen={values.boardIds}
        onChange={(boardIds) => change({ boardIds })}
      />
    </FormDialog>
  );
}

async function saveField(field: CustomField | null, values: FieldValues) {
  const body = toFieldBody(values);
  return field
    ? updateCustomField(field.id, body)
    : createCustomField({ ...body, label: body.label || null, field_key: values.key.trim() });
}
