import { cx } from '../class-names.ts';

interface SegmentedProps<T extends string> {
  label: string;
  choices: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** One of a few values, all in sight. */
export function Segmented<T extends string>({ label, choices, value, onChange }: SegmentedProps<T>) {
  return (
    <fieldset aria-label={label} className="inline-flex shrink-0 rounded border border-line-strong bg-sunken p-px">
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          aria-pressed={choice.value === value}
          onClick={() => onChange(choice.value)}
          className={cx(
            'touch h-[26px] rounded-sm px-2.5 whitespace-nowrap',
            choice.value === value
              ? 'bg-surface font-medium text-fg shadow-[0_0_0_1px_var(--line)]'
              : 'text-fg-2 hover:text-fg',
          )}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}
