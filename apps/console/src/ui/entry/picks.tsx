import { useState } from 'react';
import { Check } from '../control/check.tsx';
import { TextInput } from '../control/field.tsx';

interface Pick {
  id: string;
  name: string;
}

interface PicksProps {
  legend: string;
  picks: readonly Pick[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** From so many on one searches among them. */
const SEARCHED_FROM = 12;
const MAX_SHOWN = 50;

/** Any of several: those that are chosen first, of many only the first that match. */
export function Picks({ legend, picks, chosen, onChange }: PicksProps) {
  const [words, setWords] = useState('');
  if (picks.length === 0) return null;
  const isChosen = ({ id }: Pick) => chosen.includes(id);
  const matches = picks.filter((pick) => !isChosen(pick) && pick.name.toLowerCase().includes(words.toLowerCase()));
  const shown = [...picks.filter(isChosen), ...matches.slice(0, MAX_SHOWN)];
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">{legend}</legend>
      {picks.length >= SEARCHED_FROM && (
        <TextInput
          type="search"
          aria-label={`Search: ${legend}`}
          placeholder="Search"
          className="mb-1.5"
          value={words}
          onChange={(event) => setWords(event.target.value)}
        />
      )}
      <div className="grid max-h-40 gap-1 overflow-y-auto rounded border px-3 py-2 sm:grid-cols-2">
        {shown.map((pick) => (
          <Check
            key={pick.id}
            label={<span className="block truncate">{pick.name}</span>}
            isChecked={isChosen(pick)}
            onChange={(isOn) => onChange(isOn ? [...chosen, pick.id] : chosen.filter((other) => other !== pick.id))}
          />
        ))}
        {matches.length > MAX_SHOWN && (
          <p className="text-sm text-fg-3">{matches.length - MAX_SHOWN} more: search for them.</p>
        )}
      </div>
    </fieldset>
  );
}
