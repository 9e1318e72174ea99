import type { RuleSource } from '../grammar/policy.ts';
import { listConditionFacts, listWhereFacts } from './conditions.ts';
import { type Fact, type Sense, toFact } from './fact.ts';

const MODES = { order: ['off', 'dry_run', 'monitor', 'enforce'] } as const;
const ACTIONS = { order: ['warn', 'require_approval', 'block'] } as const;
const EXCEEDED = { order: ['warn', 'escalate', 'pause', 'block'] } as const;
const TIMEOUTS = { order: ['allow', 'deny', 'abort'] } as const;
const GRANTS = { order: ['shape', 'call'] } as const;
/** More people that must agree permit less. */
const NUMBERS = { order: Array.from({ length: 21 }, (_, i) => String(i)) };
const FLAGS = { order: ['false', 'true'] } as const;

const SENSES: Record<RuleSource['kind'], Record<string, Sense>> = {
  tools: { allow: 'open', match: 'shut', deny: 'shut', action: ACTIONS },
  limits: {
    ...{ tokens: 'cap', cost_usd: 'cap', tool_calls: 'cap', llm_calls: 'cap', duration: 'cap' },
    ...{ warn_at: 'words', on_exceed: EXCEEDED },
  },
  concurrency: { max: 'cap', on_full: { order: ['queue', 'reject'] } },
  breaker: { over: 'cap', min_calls: 'cap', open_for: 'floor' },
  escalate: { on_timeout: TIMEOUTS },
  sequence: {},
  data: { read: 'open', write: 'open', deny: 'shut' },
  models: { allow: 'open', deny: 'shut', max_output_tokens: 'cap' },
};
const APPROVAL: Record<string, Sense> = {
  ...{ k: NUMBERS, joint: 'shut', exclude_owner: FLAGS, on_timeout: TIMEOUTS, grant: GRANTS, max_uses: 'cap' },
};
const DEFAULTS: Record<string, Record<string, unknown>> = {
  tools: { action: 'block' },
  escalate: { on_timeout: 'deny' },
};
const CONDITIONS = new Set(['where', 'when', 'where_before', 'where_after']);

/** All that a rule says, each thing under a path of its own. `mode` is what the policy says for rules that do not. */
export function listFacts(rule: RuleSource, mode: string): Fact[] {
  const { kind, body, approval, until, message, severity = 'medium' } = rule;
  const fields = { ...DEFAULTS[kind], ...body } as Record<string, unknown>; // by the shape of its kind
  return [
    toFact('kind', kind, 'other'),
    toFact('mode', rule.mode ?? mode, MODES),
    ...Object.entries(fields).flatMap(([name, value]) =>
      value === undefined || CONDITIONS.has(name) ? [] : toFact(name, toValue(value), SENSES[kind][name] ?? 'other'),
    ),
    ...listConditions(rule),
    ...Object.entries(approval ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : toFact(`approval.${name}`, toValue(value), APPROVAL[name] ?? 'other'),
    ),
    ...(until ? [toFact('until', until.value, 'other')] : []),
    toFact('severity', severity, 'words'),
    ...(message === undefined ? [] : [toFact('message', message, 'words')]),
  ];
}

function listConditions(rule: RuleSource): Fact[] {
  if (rule.kind === 'tools') return listWhereFacts(rule.body.where ?? []);
  if (rule.kind === 'escalate')
    return listConditionFacts(rule.body.when).map((fact) => ({ ...fact, isInverted: true }));
  if (rule.kind !== 'sequence') return [];
  const { where_before = [], where_after = [] } = rule.body;
  return [
    ...listWhereFacts(where_before).map((fact): Fact => ({ ...fact, path: `before ${fact.path}`, isInverted: true })),
    ...listWhereFacts(where_after).map((fact): Fact => ({ ...fact, path: `after ${fact.path}`, isInverted: true })),
  ];
}

/** Takes the places out of what was read with them. */
function toValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toValue);
  const isPlaced = typeof value === 'object' && value !== null && 'at' in value && 'value' in value;
  return isPlaced ? toValue(value.value) : value;
}
