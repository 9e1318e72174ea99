import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Approval } from '#console/api/contract.ts';
import { plural, toWords } from '#console/lib/format/numbers.ts';
import { ForeignText } from '../data/foreign-text.tsx';
import { RuleLink } from '../rule/rule-link.tsx';

const timeouts: Record<Approval['on_timeout'], string> = {
  deny: 'the call is refused',
  abort: 'the run is ended',
  allow: 'the call goes on',
};

/** What is particular to a question that a policy asks: the call that waits, the rules, the risk, and what silence means. */
export function policyFacts(approval: Approval): (readonly [string, ReactNode])[] {
  const { tool, rules, on_timeout, escalation_level, risk_score, status } = approval;
  return [
    [
      'Call',
      <code key="tool" className="font-mono text-sm break-all">
        <ForeignText text={tool ?? approval.action_type} />
      </code>,
    ],
    [
      rules.length === 1 ? 'Rule' : 'Rules',
      <span key="rules" className="grid justify-items-start">
        {rules.map((rule) => (
          <RuleLink key={rule} rule={rule} />
        ))}
      </span>,
    ],
    ['Run', <RunLink key="run" approval={approval} />],
    ...(risk_score === null ? [] : ([['Risk', <Risk key="risk" approval={approval} score={risk_score} />]] as const)),
    ...(status === 'pending' ? ([['Unanswered', timeouts[on_timeout]]] as const) : []),
    ...(escalation_level > 0 ? ([['Escalated', plural(escalation_level, 'time')]] as const) : []),
  ];
}

function RunLink({ approval: { run_id, step_key } }: { approval: Approval }) {
  if (run_id === null) return <span className="text-fg-3">None</span>;
  return (
    <Link
      to="/runs/$runId"
      params={{ runId: run_id }}
      search={step_key === null ? {} : { step: step_key }}
      className="text-accent hover:underline"
    >
      Open the run that waits
    </Link>
  );
}

function Risk({ approval: { risk_factors }, score }: { approval: Approval; score: number }) {
  const factors = Object.entries(risk_factors ?? {}).map(
    ([name, weight]) => `${toWords(name).toLowerCase()} ${weight}`,
  );
  return (
    <span>
      <span className="num">{score.toFixed(2)}</span>
      {factors.length > 0 && <span className="text-fg-3"> · {factors.join(', ')}</span>}
    </span>
  );
}
