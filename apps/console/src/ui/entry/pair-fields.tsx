import { Plus, X } from 'lucide-react';
import type { Pair } from '#console/lib/form/pairs.ts';
import { Button, IconButton } from '../control/button.tsx';
import { TextInput } from '../control/field.tsx';

interface PairFieldsProps {
  label: string;
  hint?: string;
  /** What the two sides of an entry are called. */
  sides: readonly [name: string, value: string];
  pairs: readonly Pair[];
  onChange: (pairs: Pair[]) => void;
}

/** The entries of a map: name and value, one below the other. */
export function PairFields({ label, hint, sides: [nameLabel, valueLabel], pairs, onChange }: PairFieldsProps) {
  const set = (index: number, change: Partial<Pair>) =>
    onChange(pairs.map((pair, at) => (at === index ? { ...pair, ...change } : pair)));
  return (
    <fieldset className="grid min-w-0 gap-1.5">
      <legend className="mb-1.5 font-medium">{label}</legend>
      {pairs.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an entry is its place; its name is being typed
        <div key={index} className="flex items-center gap-1.5">
          <TextInput
            aria-label={`${nameLabel} ${index + 1}`}
            placeholder={nameLabel}
            value={name}
            onChange={(event) => set(index, { name: event.target.value })}
          />
          <TextInput
            aria-label={`${valueLabel} ${index + 1}`}
            placeholder={valueLabel}
            value={value}
            onChange={(event) => set(index, { value: event.target.value })}
          />
          <IconButton
            label={`Remove ${name || `entry ${index + 1}`}`}
            icon={X}
            onClick={() => onChange(pairs.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <div>
        <Button isSmall icon={Plus} onClick={() => onChange([...pairs, { name: '', value: '' }])}>
          Add
        </Button>
      </div>
      {hint && <p className="text-sm text-fg-3">{hint}</p>}
    </fieldset>
  );
}
