import type { CustomField } from '#console/api/contract.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import type { FieldFaults, FieldTexts } from './field-codec.ts';

interface CustomFieldInputsProps {
  fields: readonly CustomField[];
  texts: FieldTexts;
  faults: FieldFaults;
  onChange: (texts: FieldTexts) => void;
}

/** The board's own fields, each by its type. */
export function CustomFieldInputs({ fields, texts, faults, onChange }: CustomFieldInputsProps) {
  if (fields.length === 0) return null;
  return (
    <div className="grid items-start gap-4 sm:grid-cols-2">
      {fields.map((field) => (
        <div key={field.id} className={isWide(field) ? 'sm:col-span-2' : undefined}>
          <Field
            label={`${toVisibleText(field.label)}${field.required ? ' (required)' : ''}`}
            hint={field.description && toVisibleText(field.description)}
            error={faults[field.field_key]}
          >
            {(ids) => (
              <Input
                ids={ids}
                field={field}
                value={texts[field.field_key] ?? ''}
                onChange={(text) => onChange({ ...texts, [field.field_key]: text })}
              />
            )}
          </Field>
        </div>
      ))}
    </div>
  );
}

const isWide = ({ field_type }: CustomField) => field_type === 'text_long' || field_type === 'json';

const inputTypes: Partial<Record<CustomField['field_type'], string>> = {
  integer: 'number',
  decimal: 'number',
  date: 'date',
  date_time: 'datetime-local',
  url: 'url',
};

interface InputProps {
  ids: { id: string; 'aria-describedby': string; 'aria-invalid': boolean | undefined };
  field: CustomField;
  value: string;
  onChange: (text: string) => void;
}

function Input({ ids, field: { field_type }, value, onChange }: InputProps) {
  if (field_type === 'boolean')
    return (
      <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Not set</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </Select>
    );
  if (field_type === 'text_long' || field_type === 'json')
    return (
      <TextArea
        {...ids}
        className={field_type === 'json' ? 'font-mono' : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <TextInput
      {...ids}
      type={inputTypes[field_type] ?? 'text'}
      step={field_type === 'integer' ? 1 : 'any'}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
