import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
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
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { Dialog } from '#console/ui/overlay/dialog.tsx';
import { FIELD_TYPES, formatFieldValue, hasRegex, parseFieldValue, VISIBILITIES } from './field-values.ts';

interface Values {
  key: string;
  label: string;
  type: CustomField['field_type'];
  visibility: CustomField['ui_visibility'];
  regex: string;
  isRequired: boolean;
  initial: string;
  boardIds: string[];
}

const toValues = (field: CustomField | undefined): Values => ({
  key: field?.field_key ?? '',
  label: field?.label ?? '',
  type: field?.field_type ?? 'text',
  visibility: field?.ui_visibility ?? 'always',
  regex: field?.validation_regex ?? '',
  isRequired: field?.required ?? false,
  initial: formatFieldValue(field?.default_value),
  boardIds: field?.board_ids ?? [],
});

const toBody = ({ label, type, visibility, regex, isRequired, initial, boardIds }: Values) => ({
  label: label.trim(),
  field_type: type,
  ui_visibility: visibility,
  validation_regex: hasRegex(type) ? regex || null : null,
  required: isRequired,
  default_value: parseFieldValue(type, initial),
  board_ids: boardIds,
});

/** Defines a field of tasks, or changes one; its key stays as it is. */
export function FieldDialog({ field, onClose }: { field: CustomField | undefined; onClose: () => void }) {
  const formId = useId();
  const queryClient = useQueryClient();
  const [values, setValues] = useState(() => toValues(field));
  const onSuccess = async () => {
    await queryClient.invalidateQueries({ queryKey: customFieldKeys.all });
    onClose();
  };
  const save = useMutation({
    mutationFn: async (input: Values) =>
      field
        ? updateCustomField(field.id, toBody(input))
        : createCustomField({ ...toBody(input), label: input.label.trim() || null, field_key: input.key.trim() }),
    onSuccess,
  });
  const remove = useMutation({ mutationFn: async () => field && deleteCustomField(field.id), onSuccess });
  const error = save.error ?? remove.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(values);
  };
  return (
    <Dialog
      title={field ? 'Edit the field' : 'New field'}
      width="wide"
      onClose={onClose}
      footer={
        <>
          {field && (
            <Button tone="danger" className="mr-auto" isBusy={remove.isPending} onClick={() => remove.mutate()}>
              Delete
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
        <FieldInputs
          values={values}
          isNew={!field}
          onChange={(part) => setValues({ ...values, ...part })}
          error={error ? toFailure(error).message : undefined}
        />
        <BoardPicks chosen={values.boardIds} onChange={(boardIds) => setValues({ ...values, boardIds })} />
      </form>
    </Dialog>
  );
}

interface FieldInputsProps {
  values: Values;
  isNew: boolean;
  error: string | undefined;
  onChange: (part: Partial<Values>) => void;
}

function FieldInputs({ values, isNew, error, onChange }: FieldInputsProps) {
  return (
    <>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Key" hint="How agents name it; it cannot change later." error={error}>
          {(ids) => (
            <TextInput
              {...ids}
              className="font-mono"
              disabled={!isNew}
              value={values.key}
              onChange={(event) => onChange({ key: event.target.value })}
            />
          )}
        </Field>
        <Field label="Label" hint="How people see it.">
          {(ids) => (
            <TextInput {...ids} value={values.label} onChange={(event) => onChange({ label: event.target.value })} />
          )}
        </Field>
        <Field label="Type">
          {(ids) => (
            <Select
              {...ids}
              value={values.type}
              onChange={(event) => onChange({ type: event.target.value as Values['type'], initial: '' })}
            >
              {FIELD_TYPES.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Visible">
          {(ids) => (
            <Select
              {...ids}
              value={values.visibility}
              onChange={(event) => onChange({ visibility: event.target.value as Values['visibility'] })}
            >
              {VISIBILITIES.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Starts as" hint="May be empty.">
          {(ids) => (
            <TextInput
              {...ids}
              value={values.initial}
              onChange={(event) => onChange({ initial: event.target.value })}
            />
          )}
        </Field>
        {hasRegex(values.type) && (
          <Field label="Must match" hint="A regular expression (RE2) for the whole value.">
            {(ids) => (
              <TextInput
                {...ids}
                className="font-mono"
                value={values.regex}
                onChange={(event) => onChange({ regex: event.target.value })}
              />
            )}
          </Field>
        )}
      </div>
      <Check
        label="Required"
        hint="A new task needs a value, unless the field starts with one."
        isChecked={values.isRequired}
        onChange={(isRequired) => onChange({ isRequired })}
      />
    </>
  );
}

function BoardPicks({ chosen, onChange }: { chosen: readonly string[]; onChange: (chosen: string[]) => void }) {
  const boards = useQuery(boardsQuery).data?.items ?? [];
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium">On these boards</legend>
      <div className="grid max-h-40 gap-1 overflow-y-auto rounded border px-3 py-2 sm:grid-cols-2">
        {boards.map(({ id, name }) => (
          <Check
            key={id}
            label={name}
            isChecked={chosen.includes(id)}
            onChange={(isOn) => onChange(isOn ? [...chosen, id] : chosen.filter((other) => other !== id))}
          />
        ))}
      </div>
    </fieldset>
  );
}
