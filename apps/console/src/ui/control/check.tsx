import type { ReactNode } from 'react';

interface CheckProps {
  label: ReactNode;
  /** One sentence of what it does. */
  hint?: ReactNode;
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
  isDisabled?: boolean;
}

/** Something that is on or off. */
export function Check({ label, hint, isChecked, onChange, isDisabled = false }: CheckProps) {
  return (
    <label className="touch flex items-start gap-2.5">
      <input
        type="checkbox"
        className="mt-0.5 size-4 shrink-0"
        checked={isChecked}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className="min-w-0">
        {label}
        {hint && <span className="block text-sm text-fg-3">{hint}</span>}
      </span>
    </label>
  );
}
