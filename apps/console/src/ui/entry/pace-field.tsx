import { useState } from 'react';
import { PACES, parsePace, toRunsPerDay } from '#console/lib/form/pace.ts';
import { formatCompact, formatCount, plural } from '#console/lib/format/numbers.ts';
import { Field, TextInput } from '../control/field.tsx';
import { Select } from '../control/select.tsx';
import { ForeignText } from '../data/foreign-text.tsx';
import { Mark } from '../state/mark.tsx';

const OWN = 'own';

interface PaceFieldProps {
  label: string;
  /** `off`, or an interval such as `10m`. */
  every: string;
  onChange: (every: string) => void;
  /** How many agents it is for, for the estimate. */
  agents: number;
  /** What the gateways say of it, once they were asked. */
  effect?: PaceEffect | undefined;
}

/** What a pace comes to in a day, and whose scheduled turns it would stop. */
export interface PaceEffect {
  tokens_a_day: number;
  stops: number;
  stopping: readonly string[];
  unreached_gateway_ids: readonly string[];
}

const isPreset = (every: string) => PACES.some((pace) => pace === every);

/** How often agents are woken by schedule, and what that comes to in a day. */
export function PaceField({ label, every, onChange, agents, effect }: PaceFieldProps) {
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
      {effect && <Effect effect={effect} />}
    </div>
  );
}

const MAX_NAMES = 5;

function Effect({ effect: { tokens_a_day, stops, stopping, unreached_gateway_ids } }: { effect: PaceEffect }) {
  const more = stops - Math.min(stopping.length, MAX_NAMES);
  return (
    <div role="status" className="grid gap-2 text-sm">
      {tokens_a_day > 0 && <p className="text-fg-2">About {formatCompact(tokens_a_day)} input tokens a day.</p>}
      {stops > 0 && (
        <p className="flex items-baseline gap-2.5 rounded border border-warn bg-warn-soft px-3 py-2">
          <Mark look={{ tone: 'warn', shape: 'half', word: 'Warning' }} label="Warning" />
          <span>
            Scheduled turns of {plural(stops, 'other agent')} would stop:{' '}
            <ForeignText text={stopping.slice(0, MAX_NAMES).join(', ')} />
            {more > 0 && ` and ${more} more`}. A gateway runs only agents with a pace of their own as soon as one has
            it.
          </span>
        </p>
      )}
      {unreached_gateway_ids.length > 0 && (
        <p className="text-warn">
          {plural(unreached_gateway_ids.length, 'gateway')} could not be asked whose scheduled turns would stop.
        </p>
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
