import type { ReactNode } from 'react';
import type { Step } from '#console/api/contract.ts';
import { formatCostUsd, formatCount, formatDurationUs, formatShare, NONE } from '#console/lib/format/numbers.ts';
import { Identifier } from '#console/ui/data/copy.tsx';
import { ForeignText } from '#console/ui/data/foreign-text.tsx';
import { ClockTime } from '#console/ui/data/time.tsx';
import { Facts } from '#console/ui/layout/page.tsx';

/** Time, tokens and what the call does to the world: only what is known. */
export function StepFacts({ step }: { step: Step }) {
  const facts = [...timeFacts(step), ...modelFacts(step), ...callFacts(step)];
  return <Facts facts={facts.filter((fact): fact is readonly [string, ReactNode] => fact !== undefined)} />;
}

type Fact = readonly [string, ReactNode] | undefined;

const duration = (name: string, us: number | null): Fact =>
  us === null
    ? undefined
    : [
        name,
        <span key={name} className="num">
          {formatDurationUs(us)}
        </span>,
      ];

const text = (name: string, value: string | null): Fact =>
  value === null ? undefined : [name, <ForeignText key={name} text={value} />];

function timeFacts(step: Step): Fact[] {
  return [
    ['Started', <ClockTime key="started" at={step.started_at} className="num" />],
    duration('Duration', step.dur_us),
    step.wait_us ? duration('Waited', step.wait_us) : undefined,
    duration('First token', step.ttft_us),
  ];
}

function modelFacts(step: Step): Fact[] {
  if (step.kind !== 'llm' && step.tokens_input === null) return [];
  return [
    text('Model', step.model === null ? null : [step.provider, step.model].filter(Boolean).join('/')),
    ['Tokens', <Tokens key="tokens" step={step} />],
    [
      'Cost',
      <span key="cost" className="num">
        {formatCostUsd(step.cost_usd)}
      </span>,
    ],
    text('Finish', step.finish),
  ];
}

function Tokens({ step }: { step: Step }) {
  const { tokens_input, tokens_output, tokens_cache_read, tokens_reasoning } = step;
  if (tokens_input === null && tokens_output === null) return <>{NONE}</>;
  const cached = tokens_input && tokens_cache_read ? ` (${formatShare(tokens_cache_read / tokens_input)} cached)` : '';
  const reasoning = tokens_reasoning ? ` (${formatCount(tokens_reasoning)} reasoning)` : '';
  return (
    <span className="num">
      {formatCount(tokens_input ?? 0)} in{cached}, {formatCount(tokens_output ?? 0)} out{reasoning}
    </span>
  );
}

function callFacts(step: Step): Fact[] {
  return [
    text('Side effect', step.side_effect?.replaceAll('_', ' ') ?? null),
    step.data_read?.length ? text('Reads', step.data_read.join(', ')) : undefined,
    step.data_write?.length ? text('Writes', step.data_write.join(', ')) : undefined,
    step.args_hash === null ? undefined : ['Arguments hash', <Identifier key="args" id={step.args_hash} />],
    step.idem === null ? undefined : ['Idempotency', <Identifier key="idem" id={step.idem} />],
    ['Step key', <Identifier key="key" id={step.key} isWhole={step.key.length < 60} />],
  ];
}
