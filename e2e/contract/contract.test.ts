import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readBase } from './base.ts';
import { compareContracts, compareShapes } from './compare.ts';
import { DIFFERS } from './differs.ts';
import { readOurs } from './ours.ts';
import type { Shape } from './shape.ts';

const pathOf = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

const base = readBase(pathOf('fixtures/work/openapi-shapes.json'));

it('describes 142 operations', () => {
  expect(base).toHaveLength(142);
});

it('existing clients find every operation with its parameters, fields and types, but for what differs.md lists', () => {
  const lines = compareContracts(base, readOurs(process.env.OPENAPI ?? pathOf('openapi.json')));
  expect(lines.filter((line) => !(line in DIFFERS))).toEqual([]);
  expect(Object.keys(DIFFERS).filter((line) => !lines.includes(line))).toEqual([]);
});

describe('a difference is seen', () => {
  const text: Shape = [{ kind: 'string' }];
  const count: Shape = [{ kind: 'number' }];
  const orNull = (shape: Shape): Shape => [...shape, { kind: 'null' }];
  const oneOf = (...values: string[]): Shape => [{ kind: 'string', values }];
  let names = 0;
  const object = (fields: Record<string, [Shape, boolean]>): Shape => [
    {
      kind: 'object',
      name: `Shape${names++}`,
      fields: Object.fromEntries(Object.entries(fields).map(([key, [shape, required]]) => [key, { shape, required }])),
    },
  ];

  const differs = (expected: Shape, ours: Shape, side: 'request' | 'answer') =>
    compareShapes(expected, ours, { side, name: 'here', seen: new Set() }).length > 0;

  it('when a request takes less than clients send', () => {
    expect(differs(text, count, 'request')).toBe(true);
    expect(differs(orNull(text), text, 'request')).toBe(true);
    expect(differs(text, oneOf('a'), 'request')).toBe(true);
    expect(differs(oneOf('a', 'b'), oneOf('a'), 'request')).toBe(true);
    expect(differs(object({ a: [text, false] }), object({}), 'request')).toBe(true);
    expect(differs(object({ a: [text, false] }), object({ a: [text, true] }), 'request')).toBe(true);
    expect(differs(object({}), object({ b: [text, true] }), 'request')).toBe(true);
    expect(differs([{ kind: 'array', items: text }], [{ kind: 'array', items: count }], 'request')).toBe(true);
  });

  it('when an answer holds what clients do not know, or less than they know', () => {
    expect(differs(text, orNull(text), 'answer')).toBe(true);
    expect(differs(oneOf('a'), oneOf('a', 'b'), 'answer')).toBe(true);
    expect(differs(object({ a: [text, true] }), object({}), 'answer')).toBe(true);
    expect(differs(object({ a: [text, true] }), object({ a: [text, false] }), 'answer')).toBe(true);
    expect(
      differs(object({ a: [object({ b: [text, true] }), true] }), object({ a: [object({}), true] }), 'answer'),
    ).toBe(true);
  });

  it('but not when we take more or say more', () => {
    expect(differs(text, orNull(text), 'request')).toBe(false);
    expect(differs(object({ a: [text, true] }), object({ a: [text, false], b: [count, false] }), 'request')).toBe(
      false,
    );
    expect(differs(orNull(text), oneOf('a'), 'answer')).toBe(false);
    expect(differs(object({ a: [text, true] }), object({ a: [text, true], b: [count, true] }), 'answer')).toBe(false);
    expect(differs([{ kind: 'unknown' }], object({}), 'answer')).toBe(false);
  });
});
