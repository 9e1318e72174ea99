import { useInfiniteQuery } from '@tanstack/react-query';
import { useItems } from '#console/api/pages.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import type { ExplainInput } from '#console/api/queries/policies/policy-texts.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { parseObject } from './parse-object.ts';

const KINDS = [
  { value: 'tool', label: 'A tool is called' },
  { value: 'model', label: 'A model is called' },
  { value: 'output', label: 'An answer is given' },
  { value: 'task_end', label: 'A task ends' },
] as const satisfies readonly { value: NonNullable<ExplainInput['kind']>; label: string }[];
type Kind = (typeof KINDS)[number]['value'];

/** What shall be decided, as it was typed. */
export interface Question {
  kind: Kind;
  tool: string;
  args: string;
  agentId: string;
  context: string;
}

/** Whether it is about something that has a name and arguments. */
export const namesTool = (kind: Kind): boolean => kind === 'tool' || kind === 'model';

interface QuestionFieldsProps {
  question: Question;
  onChange: (question: Question) => void;
}

/** What happens, who does it, and what is known of the run. */
export function QuestionFields({ question, onChange }: QuestionFieldsProps) {
  const agents = useItems(useInfiniteQuery(agentsQuery({})).data);
  const { kind, agentId, context } = question;
  const set = (change: Partial<Question>) => onChange({ ...question, ...change });
  return (
    <>
      <Field label="What happens">
        {(ids) => (
          <Select
            {...ids}
            value={kind}
            onChange={(event) =>
              set({ kind: KINDS.find(({ value }) => value === event.target.value)?.value ?? 'tool' })
            }
          >
            {KINDS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        )}
      </Field>
      {namesTool(kind) && <CallFields question={question} onChange={onChange} />}
      <Field label="Agent" hint="Its other policies and what it declared count as well.">
        {(ids) => (
          <Select {...ids} value={agentId} onChange={(event) => set({ agentId: event.target.value })}>
            <option value="">Any: this text and what holds for everybody</option>
            {agents.map(({ id, name }) => (
              <option key={id} value={id}>
                {toVisibleText(name)}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="What is known of the run"
        hint='JSON, such as {"confidence": 0.4, "history": ["crm/verify"]}; may be empty.'
        error={parseObject(context) ? undefined : 'This is not a JSON object.'}
      >
        {(ids) => <TextInput {...ids} value={context} onChange={(event) => set({ context: event.target.value })} />}
      </Field>
    </>
  );
}

function CallFields({ question, onChange }: QuestionFieldsProps) {
  const { kind, tool, args } = question;
  const isModel = kind === 'model';
  return (
    <>
      <Field label={isModel ? 'Model' : 'Tool'}>
        {(ids) => (
          <TextInput
            {...ids}
            value={tool}
            placeholder={isModel ? 'provider/model' : 'billing/refund'}
            onChange={(event) => onChange({ ...question, tool: event.target.value })}
          />
        )}
      </Field>
      <Field label="Arguments" error={parseObject(args) ? undefined : 'This is not a JSON object.'}>
        {(ids) => (
          <TextArea
            {...ids}
            className="font-mono"
            value={args}
            onChange={(event) => onChange({ ...question, args: event.target.value })}
          />
        )}
      </Field>
    </>
  );
}
