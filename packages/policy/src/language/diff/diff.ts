import type { PolicySource, RuleSource, ScopeSource } from '../grammar/policy.ts';
import { type Effect, toEffect } from './compare.ts';
import { type Fact, toFact } from './fact.ts';
import { listFacts } from './facts.ts';

/** One thing that differs between two versions of a policy. */
export interface PolicyChange {
  /** Null for what is about the whole policy. */
  rule: string | null;
  op: 'add' | 'remove' | 'change';
  /** `rule` for a whole rule, else what it says: `amount ≤`, `limits.tokens`, `mode`. */
  path: string;
  before: string | null;
  after: string | null;
  effect: Effect;
  /** "refund-size: amount ≤ 200 → ≤ 500, widens". */
  summary: string;
}

/** What changed between two versions, rules matched by their id, and whether agents may do more or less by it. */
export function diffPolicies(before: PolicySource, after: PolicySource): PolicyChange[] {
  const old = new Map(before.rules.map((rule) => [rule.id.value, rule]));
  const kept = new Set(after.rules.map(({ id }) => id.value));
  return [
    ...diffFacts(null, listPolicyFacts(before), listPolicyFacts(after)),
    ...after.rules.flatMap((rule) => {
      const was = old.get(rule.id.value);
      return was ? diffRules(was, before, rule, after) : [toRuleChange('add', rule, before.rules)];
    }),
    ...before.rules.filter(({ id }) => !kept.has(id.value)).map((rule) => toRuleChange('remove', rule, after.rules)),
  ];
}

const modeOf = ({ mode }: PolicySource): string => mode?.value ?? 'monitor';

const diffRules = (was: RuleSource, before: PolicySource, rule: RuleSource, after: PolicySource): PolicyChange[] =>
  diffFacts(rule.id.value, listFacts(was, modeOf(before)), listFacts(rule, modeOf(after)));

function listPolicyFacts({ scope, description, tests = [] }: PolicySource): Fact[] {
  return [
    toFact('scope', toKeys(scope), 'shut'),
    toFact('exclude', toExcluded(scope), 'open'),
    ...(description === undefined ? [] : [toFact('description', description, 'words')]),
    toFact(
      'tests',
      tests.map(({ name }) => name),
      'words',
    ),
  ];
}

const toKeys = ({ level, names }: ScopeSource): string[] =>
  level === 'org' ? ['org'] : names.map(({ value }) => `${level} ${value}`);
const toExcluded = ({ exclude }: ScopeSource): string[] =>
  Object.entries(exclude).flatMap(([level, names]) => names.map(({ value }) => `${level} ${value}`));

const closes = (rule: RuleSource): boolean => rule.kind === 'tools' && rule.body.allow !== undefined;

/** Another rule lets less through, but one that opens where others do lets more through. */
function toRuleChange(op: 'add' | 'remove', rule: RuleSource, others: readonly RuleSource[]): PolicyChange {
  const [less, more] = op === 'add' ? (['narrows', 'widens'] as const) : (['widens', 'narrows'] as const);
  const isOpening = closes(rule) && others.some((other) => other.id.value !== rule.id.value && closes(other));
  const effect = isOpening ? more : less;
  const word = op === 'add' ? 'added' : 'removed';
  return {
    ...{ rule: rule.id.value, op, path: 'rule', effect },
    ...{ before: op === 'add' ? null : rule.kind, after: op === 'add' ? rule.kind : null },
    summary: `${rule.id.value}: rule ${word} (${rule.kind}), ${effect}`,
  };
}

function diffFacts(rule: string | null, before: readonly Fact[], after: readonly Fact[]): PolicyChange[] {
  const [old, now] = [byPath(before), byPath(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    return was?.text === is?.text ? [] : [toChange(rule, path, was, is)];
  });
}

/** A path may be constrained twice (`all`): the second one has its place in the list. */
function byPath(facts: readonly Fact[]): Map<string, Fact> {
  const found = new Map<string, Fact>();
  for (const fact of facts) {
    const nth = facts.filter(({ path }) => path === fact.path).indexOf(fact);
    found.set(nth > 0 ? `${fact.path} #${nth + 1}` : fact.path, fact);
  }
  return found;
}

function toChange(rule: string | null, path: string, was: Fact | undefined, is: Fact | undefined): PolicyChange {
  const op = was ? (is ? 'change' : 'remove') : 'add';
  const effect = toEffect(was, is);
  const said = {
    add: `${path} ${is?.text} added`,
    remove: `${path} ${was?.text} removed`,
    change: toSaid(path, was, is),
  }[op];
  const meaning = effect === 'none' ? '' : `, ${effect}`;
  const summary = `${rule === null ? '' : `${rule}: `}${said}${meaning}`;
  return { rule, op, path, before: was?.text ?? null, after: is?.text ?? null, effect, summary };
}

/** `amount ≤ 200 → ≤ 500`, `limits.tokens 10 → 20`. */
function toSaid(path: string, was: Fact | undefined, is: Fact | undefined): string {
  const sign = /[^\w.[\]"$*?()#-]+$/.exec(path)?.[0].trim();
  return `${path} ${was?.text} → ${sign ? `${sign} ` : ''}${is?.text}`;
}
