import { useId } from 'react';
import { TextInput } from '../control/field.tsx';

interface ZoneInputProps {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean | undefined;
  value: string;
  onChange: (zone: string) => void;
}

const ZONES = Intl.supportedValuesOf('timeZone');

/** A time zone by its name, with those that the browser knows to choose from. */
export function ZoneInput({ value, onChange, ...ids }: ZoneInputProps) {
  const listId = useId();
  return (
    <>
      <TextInput
        {...ids}
        list={listId}
        maxLength={200}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={listId}>
        {ZONES.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
    </>
  );
}
