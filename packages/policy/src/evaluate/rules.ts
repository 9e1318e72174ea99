import type { Ir, Pat, Rule, SequenceIr, ToolsIr } from '../ir.ts';
import { createMatcher, type TextMatcher } from '../patterns/match.ts';
import type { Match } from './call.ts';
import { type Condition, compileExpression } from './conditions/expressions.ts';
import type { FindMatcher } from './conditions/leaves.ts';

const SCOPES = ['org', 'board_group', 'board', 'agent_type', 'agent'] as const;

/** Whether a name is one of those meant. */
export type IsNamed = (name: string) => boolean;

/** A rule made ready. */
export interface LoadedRule {
  rule: Rule;
  ref: string;
  scope: Match['scope'];
  policy: LoadedPolicy;
  /** Its place among all rules: broader scopes, then names of policies, then the order of the file. */
  order: number;
  /** When it ends, in ms; infinity when it does not. */
  untilMs: number;
  /** The tools that the rule is about. */
  isAbout: IsNamed;
  isAllowed: IsNamed | undefined;
  isDenied: IsNamed | undefined;
  condition: Condition | undefined;
  sequence: LoadedSequence | undefined;
  data: { isRead: IsNamed | undefined; isWritten: IsNamed | undefined; isDenied: IsNamed | undefined } | undefined;
}

export interface LoadedSequence {
  /** Which bit of the past it is. */
  bit: number;
  /** What sets the bit, and what is then forbidden (or, for `require`, needs it). */
  isFirst: IsNamed;
  firstWhere: Condition | undefined;
  isGuarded: IsNamed;
  guardedWhere: Condition | undefined;
}

export interface LoadedPolicy {
  name: string;
  /** The rules that open a closed world, in order. */
  openers: LoadedRule[];
}

/** Makes the rules of several policies ready: broader scopes first, then by name, then in the order of the policy. */
export function loadRules(policies: readonly Ir[]): LoadedRule[] {
  const sorted = policies.toSorted((a, b) => a.scope - b.scope || compareText(a.policy.name, b.policy.name));
  let bits = 0;
  let order = 0;
  return sorted.flatMap((ir) => {
    const findMatcher = createFindMatcher(ir);
    const policy: LoadedPolicy = { name: ir.policy.name, openers: [] };
    return ir.rules.map((rule) => {
      const loaded = loadRule(rule, { ir, policy, findMatcher, bit: bits, order: order++ });
      if (rule.kind === 'sequence') bits++;
      if (loaded.isAllowed) policy.openers.push(loaded);
      return loaded;
    });
  });
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function createFindMatcher({ dfas }: Ir): FindMatcher {
  const matchers = new Map<number, TextMatcher>();
  return (pat) => {
    if ('x' in pat) return (text) => text === pat.x;
    const dfa = dfas[pat.d];
    const matcher = matchers.get(pat.d) ?? (dfa ? createMatcher(dfa) : () => undefined);
    matchers.set(pat.d, matcher);
    return matcher;
  };
}

/** Of a name that is too long to look at, the answer is `unknown`: the one that permits less. */
function toIsNamed(pats: readonly Pat[] | undefined, findMatcher: FindMatcher, unknown = true): IsNamed | undefined {
  if (!pats) return undefined;
  const names = new Set(pats.flatMap((pat) => ('x' in pat ? [pat.x] : [])));
  const matchers = pats.flatMap((pat) => ('x' in pat ? [] : [findMatcher(pat)]));
  return (name) => names.has(name) || matchers.some((matches) => matches(name) ?? unknown);
}

interface Surroundings {
  ir: Ir;
  policy: LoadedPolicy;
  findMatcher: FindMatcher;
  bit: number;
  order: number;
}

function loadRule(rule: Rule, { ir, policy, findMatcher, bit, order }: Surroundings): LoadedRule {
  const where = 'where' in rule ? rule.where : 'when' in rule ? rule.when : undefined;
  return {
    rule,
    order,
    policy,
    ref: `${ir.policy.name}@${ir.policy.version}:${rule.id}`,
    scope: SCOPES[ir.scope - 1] ?? 'org',
    untilMs: rule.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(rule.until),
    isAbout: rule.kind === 'tools' ? toIsAbout(rule, findMatcher) : () => true,
    isAllowed: 'allow' in rule ? toIsNamed(rule.allow, findMatcher, false) : undefined,
    isDenied: 'deny' in rule ? toIsNamed(rule.deny, findMatcher) : undefined,
    condition: where && compileExpression(where, findMatcher),
    sequence: rule.kind === 'sequence' ? loadSequence(rule, findMatcher, bit) : undefined,
    data:
      rule.kind === 'data'
        ? {
            isRead: toIsNamed(rule.read, findMatcher, false),
            isWritten: toIsNamed(rule.write, findMatcher, false),
            isDenied: toIsNamed(rule.deny, findMatcher),
          }
        : undefined,
  };
}

/** The calls that a rule constrains: those that it matches or opens. */
function toIsAbout({ match, allow }: ToolsIr, findMatcher: FindMatcher): IsNamed {
  const named = toIsNamed([...(match ?? []), ...(allow ?? [])], findMatcher);
  return (name) => named?.(name) ?? false;
}

function loadSequence({ form, a, b, where_a, where_b }: SequenceIr, findMatcher: FindMatcher, bit: number) {
  const [first, guarded] = form === 'require' ? [a, b] : [b, a];
  const [firstWhere, guardedWhere] = form === 'require' ? [where_a, where_b] : [where_b, where_a];
  return {
    bit,
    isFirst: toIsNamed([first], findMatcher) ?? (() => true),
    firstWhere: firstWhere && compileExpression(firstWhere, findMatcher),
    isGuarded: toIsNamed([guarded], findMatcher) ?? (() => true),
    guardedWhere: guardedWhere && compileExpression(guardedWhere, findMatcher),
  };
}
