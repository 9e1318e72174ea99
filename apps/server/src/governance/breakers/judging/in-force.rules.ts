import type { BreakerIr, Ir } from '@mission-control/policy/evaluate';

/** A breaker rule that holds for an agent. */
export interface BreakerInForce {
  agentId: string;
  /** `policy:rule`: the rule whatever its version. */
  ruleKey: string;
  /** `policy@version:rule`. */
  ref: string;
  mode: 'enforce' | 'monitor';
  rule: BreakerIr;
}

/** The breaker rules among what holds for an agent at an instant (milliseconds since 1970). */
export function toBreakersInForce(
  agentId: string,
  { policies, exceptions }: { policies: readonly Ir[]; exceptions: readonly { rule: string }[] },
  at: number,
): BreakerInForce[] {
  const excepted = new Set(exceptions.map(({ rule }) => rule));
  return policies.flatMap(({ policy: { name, version }, rules }) =>
    rules.flatMap((rule) => {
      const ref = `${name}@${version}:${rule.id}`;
      const isOver = rule.until !== undefined && Date.parse(rule.until) <= at;
      if (rule.kind !== 'breaker' || isOver || excepted.has(ref)) return [];
      const { watch, over, window_ms, min, scope, action, open_ms, probes } = rule;
      const breaker: BreakerIr = { kind: 'breaker', watch, over, window_ms, min, scope, action, open_ms, probes };
      return [{ agentId, ruleKey: `${name}:${rule.id}`, ref, mode: rule.mode, rule: breaker }];
    }),
  );
}

/** What an agent did lately: calls of a tool (empty for those of models) by a version. */
export interface Seen {
  agent_id: string;
  slug: string;
  version_id: string | null;
  version_number: number | null;
  tool: string;
}

/** Which state machine a call belongs to. */
export interface BreakerPlace {
  key: string;
  versionId: string | null;
  tool: string | null;
}

/** The state machine that such calls belong to under a rule; undefined when the rule does not look at them. */
export function toPlace({ ruleKey, rule }: BreakerInForce, seen: Seen): BreakerPlace | undefined {
  const { slug, version_id, version_number, tool } = seen;
  switch (rule.scope) {
    case 'agent':
      return { key: `${ruleKey}|${slug}`, versionId: null, tool: null };
    case 'agent_version':
      return version_id === null
        ? undefined
        : { key: `${ruleKey}|${slug}|v${version_number}`, versionId: version_id, tool: null };
    case 'tool':
      return tool === '' ? undefined : { key: `${ruleKey}|${slug}|${tool}`, versionId: null, tool };
  }
}
