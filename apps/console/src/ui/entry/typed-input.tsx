import type { ValueType } from '#console/lib/form/typed-text.ts';
import { TextArea, TextInput } from '../control/field.tsx';
import { Select } from '../control/select.tsx';

const inputTypes: Partial<Record<ValueType, string>> = {
  integer: 'number',
  decimal: 'number',
  date: 'date',
  date_time: 'datetime-local',
  url: 'url',
};

interface TypedInputProps {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean | undefined;
  type: ValueType;
  value: string;
  onChange: (text: string) => void;
}

/** The editor that fits a type of value. */
export function TypedInput({ type, value, onChange, ...ids }: TypedInputProps) {
  if (type === 'boolean')
    return (
      <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">Not set</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </Select>
    );
  if (type === 'text_long' || type === 'json')
    return (
      <TextArea
        {...ids}
        className={type === 'json' ? 'font-mono' : undefined}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    );
  return (
    <TextInput
      {...ids}
      type={inputTypes[type] ?? 'text'}
      step={type === 'integer' ? 1 : 'any'}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
