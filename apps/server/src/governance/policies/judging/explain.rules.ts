import {
  type Call,
  createEngine,
  type Decision,
  type EngineOptions,
  type Ir,
  type Situation,
  toExplanation,
} from '@mission-control/policy/evaluate';
import type { PolicyExplain, PolicyExplanation } from './judging.schema.ts';

const CONTEXT = ['confidence', 'risk', 'tokens', 'cost_usd', 'tool_calls'] as const;

/** What is asked, of whom, and when. */
export interface Question {
  request: PolicyExplain;
  policies: readonly Ir[];
  exceptions: readonly { rule: string; until: string }[];
  capability?: EngineOptions['capability'];
  agent?: string;
  control?: Situation['control'];
  /** Rules whose breaker is open, besides those that the request supposes. */
  openBreakers?: readonly string[];
  at: Date;
}

/** Says what the policies decide of a call, by all stages, also those that an earlier one made moot. */
export function explainCall({
  request,
  policies,
  exceptions,
  capability,
  agent,
  control,
  openBreakers = [],
  at,
}: Question): PolicyExplanation {
  const engine = createEngine({ policies, ...(capability ? { capability } : {}), ...(agent ? { agent } : {}) });
  const { context } = request;
  const past = engine.createPast();
  for (const earlier of context.history ?? []) {
    const { tool, args = {} } = typeof earlier === 'string' ? { tool: earlier } : earlier;
    engine.record(past, { kind: 'tool', name: tool, args });
  }
  const call = toCall(request);
  const decision = engine.explain(call, {
    ...{ at: at.getTime(), past, usage: toUsage(policies, context) },
    ...(control ? { control } : {}),
    openBreakers: new Set([...openBreakers, ...(context.open_breakers ?? [])]),
    exceptions: new Set(exceptions.map(({ rule }) => rule)),
  });
  const names = policies.map(({ policy: { name, version } }) => `${name}@${version}`);
  return { ...toAnswer(decision, call), exceptions: [...exceptions], policies: names };
}

function toCall({ kind, tool = '', args = {}, context }: PolicyExplain): Call {
  const ctx = Object.fromEntries(
    CONTEXT.flatMap((name) => (context[name] === undefined ? [] : [[name, context[name]]])),
  );
  const { stores, max_tokens } = context;
  return {
    ...{ kind, name: tool, args, ctx },
    ...(stores ? { stores: { read: stores.read ?? [], write: stores.write ?? [] } } : {}),
    ...(max_tokens === undefined ? {} : { maxTokens: max_tokens }),
  };
}

/** What the run has used counts for every limit. */
function toUsage(policies: readonly Ir[], context: PolicyExplain['context']): NonNullable<Situation['usage']> {
  const { tokens, cost_usd, tool_calls, llm_calls, duration_ms } = context;
  const used = Object.fromEntries(
    Object.entries({ tokens, cost_usd, tool_calls, llm_calls, duration_ms }).filter(([, value]) => value !== undefined),
  );
  const refs = policies.flatMap(({ policy, rules }) => rules.map(({ id }) => `${policy.name}@${policy.version}:${id}`));
  return new Map(refs.map((ref) => [ref, used]));
}

function toAnswer(decision: Decision, call: Call): Omit<PolicyExplanation, 'exceptions' | 'policies'> {
  const { verdict, stage, decided_by, matched, transform, approval } = decision;
  return {
    ...{ verdict, stage, decided_by, text: toExplanation(decision, call) },
    matched: matched.map((match) =>
      decided_by !== null && match.rule !== decided_by && match.mode === 'enforce'
        ? { ...match, shadowed_by: decided_by }
        : match,
    ),
    transform: transform ?? null,
    approval: approval
      ? { from: approval.from, k: approval.k, joint: approval.joint, timeout_s: approval.timeout_s }
      : null,
  };
}
