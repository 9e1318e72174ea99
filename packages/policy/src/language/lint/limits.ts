import type { PolicySource, RuleSource } from '../grammar/policy.ts';
import type { LintScope } from './scope.ts';

type LimitsSource = Extract<RuleSource, { kind: 'limits' }>;
type BreakerSource = Extract<RuleSource, { kind: 'breaker' }>;

const AMOUNTS = ['tokens', 'cost_usd', 'tool_calls', 'llm_calls', 'duration'] as const;
/** What is in what: a step in its run, a run in its task; what a run uses its agent uses in that hour and day. */
const WITHIN: Record<LimitsSource['body']['per'], readonly string[]> = {
  step: ['step', 'run', 'task', 'agent_hour', 'agent_day'],
  run: ['run', 'task'],
  task: ['task'],
  agent_hour: ['agent_hour', 'agent_day'],
  agent_day: ['agent_day'],
};

/** Limits and breakers that nothing in scope can reach (MC121). */
export function lintLimits(source: PolicySource, scope: LintScope): void {
  const limits = source.rules.filter((rule): rule is LimitsSource => rule.kind === 'limits');
  for (const rule of source.rules) {
    const reason =
      rule.kind === 'limits'
        ? whyNoLimit(rule, limits, scope)
        : rule.kind === 'breaker'
          ? whyNoBreaker(rule, scope)
          : undefined;
    if (reason !== undefined) scope.report.warn(rule.at, { code: 'MC121', message: `Never reached: ${reason}.` });
  }
}

function whyNoLimit(rule: LimitsSource, limits: readonly LimitsSource[], { catalog }: LintScope): string | undefined {
  const amounts = AMOUNTS.filter((name) => rule.body[name] !== undefined);
  const stops = amounts.map((name) => limits.find((other) => stopsBefore(other, rule, name)));
  const [first] = stops;
  if (first && stops.every(Boolean)) return `"${first.id.value}" stops before it`;
  const countsToolsOnly = amounts.length > 0 && amounts.every((name) => name === 'tool_calls');
  return countsToolsOnly && catalog?.tools?.length === 0 ? 'no agent in scope declares a tool' : undefined;
}

/** Whether another rule certainly stops at less, or at the same where it comes first. */
function stopsBefore(other: LimitsSource, rule: LimitsSource, name: (typeof AMOUNTS)[number]): boolean {
  const [mine, theirs] = [rule.body[name], other.body[name]];
  if (other === rule || mine === undefined || theirs === undefined) return false;
  if (!['block', 'pause'].includes(other.body.on_exceed) || other.mode !== undefined || other.until !== undefined)
    return false;
  const isFirst = other.at.line < rule.at.line || (other.at.line === rule.at.line && other.at.col < rule.at.col);
  return WITHIN[rule.body.per].includes(other.body.per) && (theirs < mine || (theirs === mine && isFirst));
}

function whyNoBreaker({ body }: BreakerSource, { catalog }: LintScope): string | undefined {
  const { unit, value } = body.over.value;
  if (body.watch === 'error_rate' && unit === 'share' && value >= 1) return 'no more than all calls can fail';
  return body.scope === 'tool' && catalog?.tools?.length === 0 ? 'no agent in scope declares a tool' : undefined;
}
