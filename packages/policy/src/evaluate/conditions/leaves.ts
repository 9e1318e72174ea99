import { canonicalJson } from '../../canonical.ts';
import type { Leaf, Pat } from '../../ir.ts';
import { countCodePoints, type TextMatcher } from '../../patterns/match.ts';
import { createCidrTest, isWithinPath, toHost } from './hosts.ts';
import { HIDDEN, MISSING, type Test, whenPresent } from './paths.ts';
import { toTruth, UNKNOWN } from './truth.ts';

export type FindMatcher = (pat: Pat) => TextMatcher;

const ofNumber = (test: (value: number) => boolean): Test =>
  whenPresent((value) => (typeof value === 'number' && Number.isFinite(value) ? toTruth(test(value)) : UNKNOWN));

/** Unknown for what is no text, and where the test says undefined. */
const ofText = (test: (value: string) => boolean | undefined): Test =>
  whenPresent((value) => {
    const holds = typeof value === 'string' ? test(value) : undefined;
    return holds === undefined ? UNKNOWN : toTruth(holds);
  });

/** Makes what a leaf asks of the value at its path. An operation that is not known here is unknown of everything. */
export function compileLeaf(leaf: Leaf, findMatcher: FindMatcher): Test {
  switch (leaf.op) {
    case 'eq':
    case 'ne':
      return compileEquality(leaf.v, leaf.op === 'eq');
    case 'in':
    case 'not_in':
      return compileMembership(leaf.v, leaf.op === 'in');
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return compileOrder(leaf.op, leaf.v);
    case 'max_len':
      return ofText((text) => text.length <= leaf.v || countCodePoints(text) <= leaf.v);
    case 'matches':
    case 'glob':
      return ofText(findMatcher(leaf.v));
    case 'starts_with':
      return ofText((text) => text.startsWith(leaf.v));
    case 'within_path':
      return ofText((text) => isWithinPath(text, leaf.v));
    case 'domain_in':
      return compileDomains(leaf.v.map(findMatcher));
    case 'cidr_in':
      return compileNetworks(leaf.v);
    case 'type':
      return whenPresent((value) => toTruth(isOfType(value, leaf.v)));
    case 'exists':
      return (value) => (value === HIDDEN ? UNKNOWN : toTruth((value !== MISSING) === leaf.v));
    default:
      return () => UNKNOWN;
  }
}

function compileOrder(op: 'lt' | 'lte' | 'gt' | 'gte', limit: number): Test {
  if (op === 'lt') return ofNumber((value) => value < limit);
  if (op === 'lte') return ofNumber((value) => value <= limit);
  if (op === 'gt') return ofNumber((value) => value > limit);
  return ofNumber((value) => value >= limit);
}

function compileEquality(expected: unknown, isEqual: boolean): Test {
  const equals = toComparison(expected);
  return whenPresent((value) => {
    const same = equals(value);
    return same === undefined ? UNKNOWN : toTruth(same === isEqual);
  });
}

function compileMembership(expected: readonly unknown[], isIn: boolean): Test {
  const plain = new Set(expected.filter((item) => typeof item !== 'object' || item === null));
  const deep = expected.filter((item) => typeof item === 'object' && item !== null).map(toComparison);
  return whenPresent((value) => {
    if (plain.has(value)) return toTruth(isIn);
    for (const equals of deep) {
      const same = equals(value);
      if (same === undefined) return UNKNOWN;
      if (same) return toTruth(isIn);
    }
    return toTruth(!isIn);
  });
}

/** Deep equality of JSON; undefined for a value that has no JSON. */
function toComparison(expected: unknown): (value: unknown) => boolean | undefined {
  if (typeof expected !== 'object' || expected === null) return (value) => value === expected;
  const text = canonicalJson(expected);
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    try {
      return canonicalJson(value) === text;
    } catch {
      return undefined; // no JSON
    }
  };
}

function compileDomains(names: readonly TextMatcher[]): Test {
  return ofText((text) => {
    const host = toHost(text);
    return host === undefined ? undefined : names.some((name) => name(host) === true);
  });
}

function compileNetworks(networks: readonly string[]): Test {
  const tests = networks.map(createCidrTest);
  return ofText((text) => {
    const answers = tests.map((test) => test?.(text));
    return answers.includes(true) ? true : answers.every((answer) => answer === undefined) ? undefined : false;
  });
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}
