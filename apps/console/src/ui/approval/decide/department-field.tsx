import { Field } from '../../control/field.tsx';
import { Select } from '../../control/select.tsx';

/** A department that one may speak for. */
export interface Department {
  id: string;
  name: string;
}

interface DepartmentFieldProps {
  departments: readonly Department[];
  value: string;
  onChange: (id: string) => void;
}

/** For which department one decides; asks nothing where there is no choice. */
export function DepartmentField({ departments, value, onChange }: DepartmentFieldProps) {
  if (departments.length < 2) return null;
  return (
    <Field label="You decide for" hint="Each department has one voice.">
      {(ids) => (
        <Select {...ids} value={value} onChange={(event) => onChange(event.target.value)}>
          {departments.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
