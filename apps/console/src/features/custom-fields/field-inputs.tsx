import { Check } from '#console/ui/control/check.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { TypedInput } from '#console/ui/entry/typed-input.tsx';
import { FIELD_TYPES, type FieldValues, findInitialFault, hasRegex, VISIBILITIES } from './field-values.ts';
import { RegexField } from './regex-field.tsx';

interface FieldInputsProps {
  values: FieldValues;
  /** The key of a field stays as it is. */
  isNew: boolean;
  onChange: (part: Partial<FieldValues>) => void;
}

/** What a field is called, what it holds, and who sees it. */
export function FieldInputs({ values, isNew, onChange }: FieldInputsProps) {
  return (
    <>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Key" hint="How agents name it; it cannot change later.">
          {(ids) => (
            <TextInput
              {...ids}
              className="font-mono"
              data-autofocus={isNew || undefined}
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
        <TypeFields values={values} onChange={onChange} />
        {hasRegex(values.type) && <RegexField regex={values.regex} onChange={(regex) => onChange({ regex })} />}
      </div>
      <Field label="Description" hint="What belongs in it; people and agents read it.">
        {(ids) => (
          <TextArea
            {...ids}
            value={values.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <Check
        label="Required"
        hint="A new task needs a value, unless the field starts with one."
        isChecked={values.isRequired}
        onChange={(isRequired) => onChange({ isRequired })}
      />
    </>
  );
}

function TypeFields({ values, onChange }: Pick<FieldInputsProps, 'values' | 'onChange'>) {
  return (
    <>
      <Field label="Type">
        {(ids) => (
          <Select
            {...ids}
            value={values.type}
            onChange={(event) => onChange({ type: event.target.value as FieldValues['type'], initial: '' })}
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
            onChange={(event) => onChange({ visibility: event.target.value as FieldValues['visibility'] })}
          >
            {VISIBILITIES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field label="Starts as" hint="May be empty." error={findInitialFault(values)}>
        {(ids) => (
          <TypedInput
            {...ids}
            type={values.type}
            value={values.initial}
            onChange={(initial) => onChange({ initial })}
          />
        )}
      </Field>
    </>
  );
}
