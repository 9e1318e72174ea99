import { toWords } from '#console/lib/format/numbers.ts';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Segmented } from '#console/ui/control/segmented.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { PairFields } from '#console/ui/entry/pair-fields.tsx';
import { CHOICES, type ChoiceName, type DraftValues } from './draft-values.ts';

interface FieldsProps {
  values: DraftValues;
  onChange: (change: Partial<DraftValues>) => void;
}

const TYPES = [
  { value: 'goal', label: 'A goal' },
  { value: 'general', label: 'Ongoing work' },
] as const;

/** What the board is to reach. */
export function GoalFields({ values, onChange }: FieldsProps) {
  return (
    <div className="grid gap-4">
      <div>
        <Segmented
          label="The board is for"
          choices={TYPES}
          value={values.isGoal ? 'goal' : 'general'}
          onChange={(type) => onChange({ isGoal: type === 'goal' })}
        />
      </div>
      <Field label="Objective" hint="What is to be reached.">
        {(ids) => (
          <TextArea
            {...ids}
            value={values.objective}
            onChange={(event) => onChange({ objective: event.target.value })}
          />
        )}
      </Field>
      <PairFields
        label="Measures of success"
        sides={['Measure', 'Target']}
        pairs={values.metrics}
        onChange={(metrics) => onChange({ metrics })}
      />
      <Field label="Date" hint="By when; leave it empty when there is none.">
        {(ids) => (
          <TextInput
            {...ids}
            type="date"
            value={values.targetDay}
            onChange={(event) => onChange({ targetDay: event.target.value })}
          />
        )}
      </Field>
    </div>
  );
}

const SHORT = [
  { name: 'preferred_name', label: 'Called' },
  { name: 'pronouns', label: 'Pronouns' },
  { name: 'timezone', label: 'Time zone' },
] as const;
const LONG = [
  { name: 'notes', label: 'Notes' },
  { name: 'context', label: 'Context' },
] as const;

/** What the agent learned of the person; it goes to their profile. */
export function ProfileFields({ values: { profile }, onChange }: FieldsProps) {
  const set = (name: keyof typeof profile) => (event: { target: { value: string } }) =>
    onChange({ profile: { ...profile, [name]: event.target.value } });
  return (
    <div className="grid gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-3">
        {SHORT.map(({ name, label }) => (
          <Field key={name} label={label}>
            {(ids) => <TextInput {...ids} maxLength={200} value={profile[name]} onChange={set(name)} />}
          </Field>
        ))}
      </div>
      {LONG.map(({ name, label }) => (
        <Field key={name} label={label}>
          {(ids) => <TextArea {...ids} maxLength={10_000} value={profile[name]} onChange={set(name)} />}
        </Field>
      ))}
    </div>
  );
}

const choiceLabels: Record<ChoiceName, { label: string; hint: string }> = {
  autonomy_level: { label: 'Autonomy', hint: 'An autonomous lead may call tasks done without an approval.' },
  verbosity: { label: 'Wordiness', hint: '' },
  output_format: { label: 'Form', hint: '' },
  update_cadence: { label: 'Updates', hint: '' },
};
const choiceNames = ['autonomy_level', 'verbosity', 'output_format', 'update_cadence'] as const;

/** What the board's lead is to be like. */
export function LeadFields({ values: { lead }, onChange }: FieldsProps) {
  const set = (name: keyof typeof lead) => (event: { target: { value: string } }) =>
    onChange({ lead: { ...lead, [name]: event.target.value } });
  return (
    <div className="grid gap-4">
      <Field label="Name" hint="Lead Agent when left empty.">
        {(ids) => <TextInput {...ids} maxLength={200} value={lead.name} onChange={set('name')} />}
      </Field>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {choiceNames.map((name) => (
          <Field key={name} label={choiceLabels[name].label} hint={choiceLabels[name].hint}>
            {(ids) => (
              <Select {...ids} value={lead[name]} onChange={set(name)}>
                <option value="">As the lead sees fit</option>
                {CHOICES[name].map((choice) => (
                  <option key={choice} value={choice}>
                    {toWords(choice)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        ))}
      </div>
      <Field label="Instructions" hint="What it should always keep in mind.">
        {(ids) => <TextArea {...ids} value={lead.custom_instructions} onChange={set('custom_instructions')} />}
      </Field>
    </div>
  );
}
