import { useQuery } from '@tanstack/react-query';
import { gatewaysQuery } from '#console/api/queries/gateways/gateways.ts';
import { boardGroupsQuery } from '#console/api/queries/work/board-groups.ts';
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { PairFields } from '#console/ui/entry/pair-fields.tsx';
import { type BoardValues, RULES } from './board-values.ts';

interface BoardFieldsProps {
  values: BoardValues;
  onChange: (change: Partial<BoardValues>) => void;
  /** Group, gateway, rules and number of agents are for admins. */
  isAdmin: boolean;
}

/** What the board is for. */
export function BoardFields({ values, onChange, isAdmin }: BoardFieldsProps) {
  const groups = useQuery(boardGroupsQuery).data?.items ?? [];
  const gateways = useQuery({ ...gatewaysQuery, enabled: isAdmin }).data?.items ?? [];
  return (
    <>
      <Field label="Name">
        {(ids) => (
          <TextInput
            {...ids}
            maxLength={200}
            value={values.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
      <Field label="Description" hint="What the work is about; its agents read it.">
        {(ids) => (
          <TextArea
            {...ids}
            value={values.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        )}
      </Field>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Group" hint="Boards of one group see each other's work and share a chat.">
          {(ids) => (
            <Select
              {...ids}
              disabled={!isAdmin}
              value={values.groupId}
              onChange={(event) => onChange({ groupId: event.target.value })}
            >
              <option value="">None</option>
              {groups.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Gateway" hint="Where its agents live; the team's own agents need none.">
          {(ids) => (
            <Select
              {...ids}
              disabled={!isAdmin}
              value={values.gatewayId}
              onChange={(event) => onChange({ gatewayId: event.target.value })}
            >
              <option value="">None</option>
              {values.gatewayId !== '' && gateways.every(({ id }) => id !== values.gatewayId) && (
                <option value={values.gatewayId}>A gateway</option>
              )}
              {gateways.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Agents at most" hint="How many the lead may make, itself not counted.">
          {(ids) => (
            <TextInput
              {...ids}
              type="number"
              min={0}
              disabled={!isAdmin}
              value={values.maxAgents}
              onChange={(event) => onChange({ maxAgents: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  );
}

/** What is to be reached, how one sees it, and until when. */
export function GoalFields({ values, onChange }: Omit<BoardFieldsProps, 'isAdmin'>) {
  return (
    <div className="grid gap-4">
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Type" hint="A goal board works towards one objective, a general one takes what comes.">
          {(ids) => (
            <Select {...ids} value={values.boardType} onChange={(event) => onChange({ boardType: event.target.value })}>
              {[...new Set(['goal', 'general', values.boardType])].map((type) => (
                <option key={type}>{type}</option>
              ))}
            </Select>
          )}
        </Field>
        <Field label="Until" hint="The end of that day; may be empty.">
          {(ids) => (
            <TextInput
              {...ids}
              type="date"
              value={values.target}
              onChange={(event) => onChange({ target: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Field label="Objective" hint="What is to be reached; a goal board needs one before its goal is confirmed.">
        {(ids) => (
          <TextArea
            {...ids}
            value={values.objective}
            onChange={(event) => onChange({ objective: event.target.value })}
          />
        )}
      </Field>
      <PairFields
        label="Success metrics"
        hint="How one sees that it is reached: a name and the value to reach."
        sides={['Metric', 'Value']}
        pairs={values.metrics}
        onChange={(metrics) => onChange({ metrics })}
      />
    </div>
  );
}

/** The five rules, each with its effect. */
export function BoardRules({ values, onChange, isAdmin }: BoardFieldsProps) {
  return (
    <div className="grid gap-3">
      {RULES.map(({ rule, label, hint }) => (
        <Check
          key={rule}
          label={label}
          hint={hint}
          isDisabled={!isAdmin}
          isChecked={values.rules[rule]}
          onChange={(isOn) => onChange({ rules: { ...values.rules, [rule]: isOn } })}
        />
      ))}
      {!isAdmin && <p className="text-fg-3">Admins change the rules.</p>}
    </div>
  );
}
