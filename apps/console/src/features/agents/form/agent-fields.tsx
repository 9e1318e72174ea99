import { useQuery } from '@tanstack/react-query';
import { boardsQuery } from '#console/api/queries/work/boards.ts';
import { Check } from '#console/ui/control/check.tsx';
import { Field, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { type PaceEffect, PaceField } from '#console/ui/entry/pace-field.tsx';
import { Section } from '#console/ui/layout/page.tsx';
import type { AgentValues } from './agent-values.ts';
import { TemplateField } from './template-field.tsx';

interface AgentFieldsProps {
  values: AgentValues;
  onChange: (change: Partial<AgentValues>) => void;
  /** Only a worker that exists can become the main agent of its gateway. */
  isNew: boolean;
  /** What the chosen pace would do, once the gateway said so. */
  effect?: PaceEffect | undefined;
}

/** Who the agent is, where it works, and how often it is woken. */
export function AgentFields({ values, onChange, isNew, effect }: AgentFieldsProps) {
  const text = (name: 'name' | 'role' | 'emoji' | 'style' | 'model') => ({
    value: values[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field label="Name" hint="Unique on its gateway.">
          {(ids) => <TextInput {...ids} autoFocus={isNew} maxLength={200} {...text('name')} />}
        </Field>
        <BoardField values={values} onChange={onChange} />
        <Field label="Role" hint="What it is: Researcher, Reviewer. Generalist when left empty.">
          {(ids) => <TextInput {...ids} maxLength={200} {...text('role')} />}
        </Field>
        <Field label="Emoji" hint="Such as :mag:.">
          {(ids) => <TextInput {...ids} maxLength={50} {...text('emoji')} />}
        </Field>
        <Field label="Style" hint="How it talks: direct, concise, practical.">
          {(ids) => <TextInput {...ids} maxLength={200} {...text('style')} />}
        </Field>
        <Field label="Model" hint="What the gateway uses when left empty.">
          {(ids) => <TextInput {...ids} maxLength={200} {...text('model')} />}
        </Field>
      </div>
      {!isNew && (
        <Check
          label="Main agent of its gateway"
          hint="It speaks for the gateway and works on no board. A gateway has one."
          isChecked={values.isMain}
          onChange={(isMain) => onChange({ isMain })}
        />
      )}
      <PaceField
        label="Scheduled turns"
        every={values.every}
        onChange={(every) => onChange({ every })}
        agents={1}
        effect={effect}
      />
      <Section title="Templates">
        <div className="grid gap-4">
          <TemplateField
            label="Identity"
            hint="Replaces IDENTITY.md. Liquid, with variables such as {{ agent_name }}."
            value={values.identityTemplate}
            onChange={(identityTemplate) => onChange({ identityTemplate })}
          />
          <TemplateField
            label="Soul"
            hint="Replaces SOUL.md: how it thinks and what it never does."
            value={values.soulTemplate}
            onChange={(soulTemplate) => onChange({ soulTemplate })}
          />
        </div>
      </Section>
    </>
  );
}

function BoardField({ values, onChange }: Pick<AgentFieldsProps, 'values' | 'onChange'>) {
  const boards = useQuery(boardsQuery).data?.items.filter(({ gateway_id }) => gateway_id !== null) ?? [];
  return (
    <Field label="Board" hint="It lives on the board’s gateway.">
      {(ids) => (
        <Select
          {...ids}
          disabled={values.isMain}
          value={values.isMain ? '' : values.boardId}
          onChange={(event) => onChange({ boardId: event.target.value })}
        >
          <option value="">Choose…</option>
          {boards.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
