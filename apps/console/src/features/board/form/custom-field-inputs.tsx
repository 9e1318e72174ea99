import type { CustomField } from '#console/api/contract.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Field } from '#console/ui/control/field.tsx';
import { TypedInput } from '#console/ui/entry/typed-input.tsx';
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
              <TypedInput
                {...ids}
                type={field.field_type}
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
