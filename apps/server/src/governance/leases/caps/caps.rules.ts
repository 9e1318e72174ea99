import type { ConcurrencyIr, Ir, LimitsIr, Rule } from '@mission-control/policy/evaluate';

/** What is shared: tokens, 1e-8 US dollars, or places. */
export type LeaseKind = 'tokens' | 'cost' | 'concurrency';

/** A cap that some rule sets, wherever it applies. */
export interface Cap {
  kind: 'tokens' | 'cost' | 'concurrency';
  per: 'run' | 'task' | 'agent_hour' | 'agent_day' | ConcurrencyIr['per'];
  cap: number;
  /** `policy@version:rule`, or `manifest`. */
  rule: string;
  /** When people are told, of `cap`. */
  warnAt: number | null;
  /** When the rule ends, ms. */
  untilMs: number;
}

/** What one lease must fit into. */
export interface CappedScope {
  key: string;
  cap: number;
  warnAt: number | null;
  rule: string;
}

/** Whom a lease is for. */
export interface LeasePlace {
  agentId: string;
  agentType: string;
  boardId: string | null;
  /** The root run. */
  run: string;
  task: string | null;
  at: Date;
}

export const UNITS_PER_DOLLAR = 100_000_000;

/** The caps that policies in force set; `exempt` are rules that do not count for the agent. */
export function toCaps(policies: readonly Ir[], exempt: ReadonlySet<string>, maxConcurrency: number | null): Cap[] {
  const caps = policies.flatMap(({ policy, rules }) =>
    rules.flatMap((rule) => {
      const ref = `${policy.name}@${policy.version}:${rule.id}`;
      return rule.mode !== 'enforce' || exempt.has(ref) ? [] : toCapsOf(rule, ref);
    }),
  );
  if (maxConcurrency === null) return caps;
  return [...caps, { ...NO_END, kind: 'concurrency', per: 'agent', cap: maxConcurrency, rule: 'manifest' }];
}

const NO_END = { warnAt: null, untilMs: Number.POSITIVE_INFINITY };

function toCapsOf(rule: Rule, ref: string): Cap[] {
  const untilMs = rule.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule.until);
  if (rule.kind === 'concurrency')
    return [{ kind: 'concurrency', per: rule.per, cap: rule.max, rule: ref, warnAt: null, untilMs }];
  return rule.kind === 'limits' ? toLimitCaps(rule, ref, untilMs) : [];
}

/** A step is one process's own matter, and what only warns holds nobody back. */
function toLimitCaps({ per, tokens, cost_usd, warn_at, on_exceed }: LimitsIr, rule: string, untilMs: number): Cap[] {
  if (per === 'step' || on_exceed === 'warn') return [];
  const toCap = (kind: 'tokens' | 'cost', amount: number | undefined): Cap[] => {
    if (amount === undefined) return [];
    const cap = Math.floor(amount);
    return [{ kind, per, cap, rule, warnAt: warn_at === undefined ? null : Math.ceil(cap * warn_at), untilMs }];
  };
  return [...toCap('tokens', tokens), ...toCap('cost', cost_usd && cost_usd * UNITS_PER_DOLLAR)];
}

/** The scopes that a lease of a kind must fit into: of several caps on one the smallest, by key. */
export function toScopes(caps: readonly Cap[], kind: LeaseKind, place: LeasePlace): CappedScope[] {
  const scopes = new Map<string, CappedScope>();
  for (const { cap, warnAt, rule, ...given } of caps) {
    if (given.kind !== kind || given.untilMs <= place.at.getTime()) continue;
    const whom = toWhom(given.per, place);
    if (whom === undefined) continue;
    const key = `${kind}:${whom}`;
    const known = scopes.get(key);
    if (!known || cap < known.cap) scopes.set(key, { key, cap, warnAt, rule });
  }
  return [...scopes.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Undefined where there is nobody: an agent without a board. */
function toWhom(per: Cap['per'], { agentId, agentType, boardId, run, task, at }: LeasePlace): string | undefined {
  switch (per) {
    case 'run':
      return `run:${run}`;
    case 'task':
      return task === null ? `run:${run}` : `task:${task}`;
    case 'agent_hour':
      return `agent_hour:${agentId}:${at.toISOString().slice(0, 13)}`;
    case 'agent_day':
      return `agent_day:${agentId}:${at.toISOString().slice(0, 10)}`;
    case 'agent':
      return `agent:${agentId}`;
    case 'agent_type':
      return `agent_type:${agentType}`;
    case 'board':
      return boardId === null ? undefined : `board:${boardId}`;
    case 'org':
      return 'org';
  }
}
