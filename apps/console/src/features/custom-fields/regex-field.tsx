import { useState } from 'react';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { MarkedWord, type StateLook } from '#console/ui/state/mark.tsx';
import { tryRegex } from './field-values.ts';

const looks: Record<'fits' | 'differs' | 'not checked', StateLook> = {
  fits: { tone: 'ok', shape: 'dot', word: 'It fits' },
  differs: { tone: 'bad', shape: 'diamond', word: 'It does not fit' },
  'not checked': { tone: 'idle', shape: 'ring', word: 'Anything fits' },
};

/** An expression for the whole value, and a text to try it on. */
export function RegexField({ regex, onChange }: { regex: string; onChange: (regex: string) => void }) {
  const [sample, setSample] = useState('');
  const verdict = tryRegex(regex, sample);
  return (
    <div className="grid items-start gap-4 sm:col-span-2 sm:grid-cols-2">
      <Field
        label="Must match"
        hint="A regular expression (RE2) for the whole value."
        error={typeof verdict === 'object' ? verdict.fault : undefined}
      >
        {(ids) => (
          <TextInput {...ids} className="font-mono" value={regex} onChange={(event) => onChange(event.target.value)} />
        )}
      </Field>
      <Field label="Try it on" hint={typeof verdict === 'string' && <MarkedWord look={looks[verdict]} />}>
        {(ids) => (
          <TextInput
            {...ids}
            className="font-mono"
            value={sample}
            onChange={(event) => setSample(event.target.value)}
          />
        )}
      </Field>
    </div>
  );
}
