import type { Expr, Op, Rule, RuleKind } from '../ir.ts';

const KINDS: Record<RuleKind['kind'], true> = {
  ...{ tools: true, limits: true, concurrency: true, breaker: true },
  ...{ escalate: true, sequence: true, data: true, models: true },
};

/** The kinds of rules that this version reads. */
export const RULE_KINDS: readonly string[] = Object.keys(KINDS);

const OPS: Record<Op, true> = {
  ...{ eq: true, ne: true, in: true, not_in: true, lt: true, lte: true, gt: true, gte: true },
  ...{ matches: true, glob: true, starts_with: true, domain_in: true, cidr_in: true },
  ...{ within_path: true, max_len: true, type: true, exists: true },
};

/** Whether everything in a rule is known here; one of a later version is not, and must not be passed over. */
export const isSupported = (rule: Rule): boolean =>
  Object.hasOwn(KINDS, rule.kind) && listExpressions(rule).every(isKnown);

const listExpressions = (rule: Rule): Expr[] =>
  Object.entries(rule).flatMap(([key, value]) =>
    /^(where|when)/.test(key) && value !== undefined ? [value as Expr] : [],
  );

function isKnown(expr: Expr): boolean {
  if ('and' in expr) return expr.and.every(isKnown);
  if ('or' in expr) return expr.or.every(isKnown);
  if ('not' in expr) return isKnown(expr.not);
  return Object.hasOwn(OPS, expr.op);
}
