import { type Expr, HIDDEN, type Rule } from '@mission-control/policy/evaluate';
import type { RecordedArgs } from './recorded.rules.ts';

const MARK = /\[(?:redacted|hashed):/;

/** The arguments as rules see them: what was redacted or not kept is hidden, so that nothing is told of it. */
export function toVisible({ state, value }: RecordedArgs): unknown {
  if (state === 'exact') return value;
  return state === 'missing' ? HIDDEN : hideMarked(value);
}

function hideMarked(value: unknown): unknown {
  if (typeof value === 'string') return MARK.test(value) ? HIDDEN : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(hideMarked);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, hideMarked(member)]));
}

/** What a rule's conditions read. */
export interface Reads {
  args: boolean;
  /** Whether the arguments of the call that comes first in a sequence are. */
  firstArgs: boolean;
  /** `confidence`, `risk`, … */
  ctx: ReadonlySet<string>;
}

/** Finds what the conditions of a rule read. */
export function findReads(rule: Rule): Reads {
  const first = rule.kind !== 'sequence' ? undefined : rule.form === 'require' ? rule.where_a : rule.where_b;
  const paths = Object.entries(rule).flatMap(([key, value]) =>
    /^(where|when)/.test(key) && value !== undefined ? listPaths(value as Expr) : [],
  );
  return {
    args: paths.some(({ from }) => from === 'args'),
    firstArgs: first !== undefined && listPaths(first).some(({ from }) => from === 'args'),
    ctx: new Set(paths.flatMap(({ from, s: [name] }) => (from === 'ctx' && typeof name === 'string' ? [name] : []))),
  };
}

function listPaths(expr: Expr): { from: 'args' | 'ctx'; s: readonly unknown[] }[] {
  if ('and' in expr) return expr.and.flatMap(listPaths);
  if ('or' in expr) return expr.or.flatMap(listPaths);
  return 'not' in expr ? listPaths(expr.not) : [expr.p];
}
