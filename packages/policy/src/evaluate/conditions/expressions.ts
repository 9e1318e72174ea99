import type { Expr, Leaf } from '../../ir.ts';
import { compileLeaf, type FindMatcher } from './leaves.ts';
import { compilePath, formatPath, type Test } from './paths.ts';
import { allHold, anyHolds, FALSE, negate, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** What a condition is asked of. */
export interface Facts {
  args: unknown;
  ctx: unknown;
}

export interface Condition {
  test: (facts: Facts) => Truth;
  /** The leaves for which it does not hold, for the explanation. */
  findFailed: (facts: Facts) => FailedLeaf[];
}

export interface FailedLeaf {
  path: string;
  op: string;
  expected: unknown;
  /** What stood there; absent where nothing did. */
  actual?: unknown;
}

/** Makes a condition ready. What it cannot read it does not know: the caller decides what unknown means. */
export function compileExpression(expr: Expr, findMatcher: FindMatcher): Condition {
  if ('and' in expr) return compileAll(expr.and, findMatcher);
  if ('or' in expr) return compileAny(expr.or, findMatcher);
  if ('not' in expr) return compileNot(expr.not, findMatcher);
  return compileLeafAt(expr, findMatcher);
}

function compileAll(parts: readonly Expr[], findMatcher: FindMatcher): Condition {
  const conditions = parts.map((part) => compileExpression(part, findMatcher));
  return {
    test: (facts) => allHold(conditions, ({ test }) => test(facts)),
    findFailed: (facts) => conditions.flatMap(({ findFailed }) => findFailed(facts)),
  };
}

function compileAny(parts: readonly Expr[], findMatcher: FindMatcher): Condition {
  const conditions = parts.map((part) => compileExpression(part, findMatcher));
  const test = (facts: Facts) => anyHolds(conditions, (condition) => condition.test(facts));
  return {
    test,
    findFailed: (facts) => (test(facts) === TRUE ? [] : conditions.flatMap(({ findFailed }) => findFailed(facts))),
  };
}

function compileNot(part: Expr, findMatcher: FindMatcher): Condition {
  const condition = compileExpression(part, findMatcher);
  const descriptions = listLeaves(part).map((leaf) => createDescription(leaf, 'not '));
  return {
    test: (facts) => negate(condition.test(facts)),
    findFailed: (facts) => (condition.test(facts) === FALSE ? [] : descriptions.map((describe) => describe(facts))),
  };
}

function compileLeafAt(leaf: Leaf, findMatcher: FindMatcher): Condition {
  const walk: Test = compilePath(leaf.p, compileLeaf(leaf, findMatcher));
  const test = leaf.p.from === 'args' ? (facts: Facts) => walk(facts.args) : (facts: Facts) => walk(facts.ctx);
  const describe = createDescription(leaf, '');
  return { test, findFailed: (facts) => (test(facts) === TRUE ? [] : [describe(facts)]) };
}

const listLeaves = (expr: Expr): Leaf[] => {
  if ('and' in expr) return expr.and.flatMap(listLeaves);
  if ('or' in expr) return expr.or.flatMap(listLeaves);
  return 'not' in expr ? listLeaves(expr.not) : [expr];
};

/** Makes what is said of a leaf that does not hold. */
function createDescription(leaf: Leaf, prefix: string): (facts: Facts) => FailedLeaf {
  const path = formatPath(leaf.p);
  const op = `${prefix}${leaf.op}`;
  const isMany = leaf.p.s.some((segment) => typeof segment === 'object');
  let found: unknown[] = [];
  const walk = compilePath(leaf.p, (value) => {
    if (typeof value !== 'symbol') found.push(value);
    return UNKNOWN; // so that every element is seen
  });
  return ({ args, ctx }) => {
    found = [];
    walk(leaf.p.from === 'args' ? args : ctx);
    const failed: FailedLeaf = { path, op, expected: leaf.v };
    if (isMany) return { ...failed, actual: found };
    return found.length > 0 ? { ...failed, actual: found[0] } : failed;
  };
}
