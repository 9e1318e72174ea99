import { useState } from 'react';
import { PACES, parsePace, toRunsPerDay } from '#console/lib/form/pace.ts';
import { formatCount, plural } from '#console/lib/format/numbers.ts';
import { Field, TextInput } from '../control/field.tsx';
import { Select } from '../control/select.tsx';

const OWN = 'own';

interface PaceFieldProps {
  label: string;
  /** `off`, or an interval such as `10m`. */
  every: string;
  onChange: (every: string) => void;
  /** How many agents it is for, for the estimate. */
  agents: number;
}

const isPreset = (every: string) => PACES.some((pace) => pace === every);

/** How often agents are woken by schedule, and what that comes to in a day. */
export function PaceField({ label, every, onChange, agents }: PaceFieldProps) {
  const [isOwn, setOwn] = useState(!isPreset(every));
  const choose = (choice: string) => {
    setOwn(choice === OWN);
    if (choice !== OWN) onChange(choice);
  };
  return (
    <div className="grid gap-2">
      <Field label={label} hint={<Estimate every={every} agents={agents} />}>
        {(ids) => (
          <Select {...ids} value={isOwn ? OWN : every} onChange={(event) => choose(event.target.value)}>
            {PACES.map((pace) => (
              <option key={pace} value={pace}>
                {pace === 'off' ? 'Off: woken when there is work' : `Every ${pace}`}
              </option>
            ))}
            <option value={OWN}>Own…</option>
          </Select>
        )}
      </Field>
      {isOwn && (
        <Field
          label="Own pace"
          hint="Such as 45s, 20m, 6h or 2d."
          error={parsePace(every) === undefined ? 'An interval from 30s to 7d, such as 45m.' : undefined}
        >
          {(ids) => <TextInput {...ids} value={every} onChange={(event) => onChange(event.target.value)} />}
        </Field>
      )}
    </div>
  );
}

function Estimate({ every, agents }: { every: string; agents: number }) {
  const everyS = parsePace(every);
  if (everyS === undefined) return null;
  if (everyS === 0) return 'No scheduled turns, no cost.';
  const runs = toRunsPerDay(everyS, agents);
  const count =
    runs < 1 ? 'Less than one run' : `About ${formatCount(Math.round(runs))} ${runs === 1 ? 'run' : 'runs'}`;
  return `${count} a day${agents === 1 ? '' : ` for ${plural(agents, 'agent')}`}: each is a model call.`;
}
