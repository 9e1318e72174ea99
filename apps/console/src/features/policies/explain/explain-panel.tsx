import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useItems } from '#console/api/pages.ts';
import { toFailure } from '#console/api/problem.ts';
import { agentsQuery } from '#console/api/queries/fleet/agents.ts';
import { type ExplainInput, explainCall } from '#console/api/queries/policies/policy-texts.ts';
import { toVisibleText } from '#console/lib/format/visible-text.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Field, TextArea, TextInput } from '#console/ui/control/field.tsx';
import { Select } from '#console/ui/control/select.tsx';
import { Explanation } from './explanation.tsx';
import { parseObject } from './parse-object.ts';

interface ExplainPanelProps {
  source: string;
  isSound: boolean;
}

/** A call is described, and the answer says how it would be decided with this text in force. */
export function ExplainPanel({ source, isSound }: ExplainPanelProps) {
  const agents = useItems(useInfiniteQuery(agentsQuery({})).data);
  const [agentId, setAgentId] = useState('');
  const [tool, setTool] = useState('');
  const [args, setArgs] = useState('{}');
  const [context, setContext] = useState('');
  const given = { args: parseObject(args), context: parseObject(context) };
  const explain = useMutation({ mutationFn: explainCall });
  const canAsk = tool.trim() !== '' && given.args !== undefined && given.context !== undefined;
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (!canAsk) return;
    explain.mutate({
      kind: 'tool',
      tool: tool.trim(),
      args: given.args,
      context: given.context as ExplainInput['context'], // what is in it the server judges, and says what is wrong
      ...(agentId ? { agent_id: agentId } : { scope: { org: true } }),
      ...(isSound ? { draft: source } : {}),
    });
  };
  return (
    <div className="grid gap-4 px-4 py-3">
      <form onSubmit={ask} className="grid gap-3">
        <Field label="Tool">
          {(ids) => (
            <TextInput
              {...ids}
              value={tool}
              placeholder="billing/refund"
              onChange={(event) => setTool(event.target.value)}
            />
          )}
        </Field>
        <Field label="Arguments" error={given.args ? undefined : 'This is not a JSON object.'}>
          {(ids) => (
            <TextArea {...ids} className="font-mono" value={args} onChange={(event) => setArgs(event.target.value)} />
          )}
        </Field>
        <Field label="Agent" hint="Its other policies and what it declared count as well.">
          {(ids) => (
            <Select {...ids} value={agentId} onChange={(event) => setAgentId(event.target.value)}>
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
          error={given.context ? undefined : 'This is not a JSON object.'}
        >
          {(ids) => <TextInput {...ids} value={context} onChange={(event) => setContext(event.target.value)} />}
        </Field>
        <div className="flex items-center gap-3">
          <Button type="submit" tone="primary" disabled={!canAsk} isBusy={explain.isPending}>
            Explain
          </Button>
          {!isSound && <p className="text-sm text-warn">This text has errors, so what is saved counts.</p>}
        </div>
        {explain.error && (
          <p role="alert" className="text-bad">
            {toFailure(explain.error).message}
          </p>
        )}
      </form>
      {explain.data && <Explanation explained={explain.data} />}
    </div>
  );
}
