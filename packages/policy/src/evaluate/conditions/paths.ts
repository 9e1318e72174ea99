import { canonicalJson } from '../../canonical.ts';
import type { Path, Segment } from '../../ir.ts';
import { allHold, anyHolds, type Truth, UNKNOWN } from './truth.ts';

/** What stands where nothing does. */
export const MISSING: unique symbol = Symbol('missing');

/** What stands where something does that may not be seen any more, because it was redacted or not kept: nothing is told of it. */
export const HIDDEN: unique symbol = Symbol('hidden');

export type Test = (value: unknown) => Truth;

const encoder = new TextEncoder();

/** Makes the walk to a path, which asks `test` of what is there, of all or of any elements; of MISSING where nothing is. */
export function compilePath({ s, fn }: Path, test: Test): Test {
  const asked = fn === undefined ? test : (value: unknown) => test(applyFunction(fn, value));
  return s.reduceRight<Test>((next, segment) => walk(segment, next), asked);
}

function walk(segment: Segment, next: Test): Test {
  if (typeof segment === 'string')
    return (value) => next(isRecord(value) && Object.hasOwn(value, segment) ? value[segment] : toAbsent(value));
  if (typeof segment === 'number')
    return (value) => next(Array.isArray(value) && segment < value.length ? value[segment] : toAbsent(value));
  if ('all' in segment) return (value) => (Array.isArray(value) ? allHold(value, next) : next(toAbsent(value)));
  return (value) => (Array.isArray(value) ? anyHolds(value, next) : next(toAbsent(value)));
}

/** What is in a value that has no such part: what is hidden may have it. */
const toAbsent = (value: unknown): symbol => (value === HIDDEN ? HIDDEN : MISSING);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function applyFunction(fn: 'bytes' | 'count', value: unknown): unknown {
  if (value === MISSING || value === HIDDEN) return value;
  if (fn === 'bytes') return countBytes(value);
  if (Array.isArray(value)) return value.length;
  return isRecord(value) ? Object.keys(value).length : MISSING;
}

/** UTF-8 bytes of the canonical JSON; MISSING for what has none. */
function countBytes(value: unknown): unknown {
  try {
    return encoder.encode(canonicalJson(value)).length;
  } catch {
    return MISSING; // no JSON: the test is unknown
  }
}

/** Makes a test that is unknown where nothing stands. */
export const whenPresent =
  (test: Test): Test =>
  (value) =>
    value === MISSING || value === HIDDEN ? UNKNOWN : test(value);

/** `customer.items[0].price`, as it is written in a policy. */
export function formatPath({ s, fn, from }: Path): string {
  const written = s
    .map((segment, i) => {
      if (typeof segment === 'number') return `[${segment}]`;
      if (typeof segment === 'object') return 'all' in segment ? '[*]' : '[?]';
      const name = /^[\w-]+$/.test(segment) ? segment : `"${segment}"`;
      return i === 0 ? name : `.${name}`;
    })
    .join('');
  const path = written === '' && from === 'args' ? '$' : written;
  return fn === undefined ? path : `${fn}(${path})`;
}
