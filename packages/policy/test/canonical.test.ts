import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../src/canonical.ts';

interface Vector {
  name: string;
  value: unknown;
  canonical: string;
}
const vectors = JSON.parse(
  readFileSync(new URL('../../../fixtures/canonical/vectors.json', import.meta.url), 'utf8'),
) as Vector[];

describe('canonical JSON', () => {
  it.each(vectors)('$name', ({ value, canonical }) => {
    expect(canonicalJson(value)).toBe(canonical);
  });

  it('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reverseKeys(value))).toBe(text);
      }),
    );
  });

  it('leaves out what JSON leaves out and honours toJSON', () => {
    expect(canonicalJson({ a: undefined, b: [undefined], c: new Date(0) })).toBe(
      '{"b":[null],"c":"1970-01-01T00:00:00.000Z"}',
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, '\ud800', '\udc00x'])('refuses %s', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });

  it('refuses cycles and endless nesting instead of overflowing the stack', () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => canonicalJson(cycle)).toThrow(TypeError);
  });
});

function reverseKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(reverseKeys);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reverseKeys(item)]),
  );
}
