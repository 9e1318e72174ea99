import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { toFailure } from '#console/api/problem.ts';
import { type ExplainInput, explainCall } from '#console/api/queries/policies/policy-texts.ts';
import { Button } from '#console/ui/control/button.tsx';
import { Explanation } from './explanation.tsx';
import { parseObject } from './parse-object.ts';
import { namesTool, type Question, QuestionFields } from './question-fields.tsx';

interface ExplainPanelProps {
  source: string;
  isSound: boolean;
}

/** A call is described, and the answer says how it would be decided with this text in force. */
export function ExplainPanel({ source, isSound }: ExplainPanelProps) {
  const [question, setQuestion] = useState<Question>({ kind: 'tool', tool: '', args: '{}', agentId: '', context: '' });
  const explain = useMutation({ mutationFn: explainCall });
  const input = toInput(question, isSound ? source : undefined);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    if (input) explain.mutate(input);
  };
  return (
    <div className="grid gap-4 px-4 py-3">
      <form onSubmit={ask} className="grid gap-3">
        <QuestionFields question={question} onChange={setQuestion} />
        <div className="flex items-center gap-3">
          <Button type="submit" tone="primary" disabled={!input} isBusy={explain.isPending}>
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

/** As the server takes it; undefined while it is not complete. */
function toInput({ kind, tool, agentId, ...texts }: Question, draft: string | undefined): ExplainInput | undefined {
  const args = parseObject(texts.args);
  const context = parseObject(texts.context);
  if (!args || !context || (namesTool(kind) && tool.trim() === '')) return undefined;
  return {
    kind,
    ...(namesTool(kind) && { tool: tool.trim(), args }),
    context: context as ExplainInput['context'], // what is in it the server judges, and says what is wrong
    ...(agentId ? { agent_id: agentId } : { scope: { org: true } }),
    ...(draft !== undefined && { draft }),
  };
}
