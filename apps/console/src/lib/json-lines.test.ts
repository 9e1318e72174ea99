import { describe, expect, it } from 'vitest';
import { findInJson, toJsonLines } from './json-lines.ts';

const value = { query: 'telemetry', filters: { path: 'docs/**' }, tags: ['a', 'b'] };

describe('toJsonLines', () => {
  it('lists what is open, in order, with its depth', () => {
    const lines = toJsonLines(value, (_, depth) => depth < 1, 100);
    expect(lines.map(({ name, depth, size }) => [name, depth, size])).toEqual([
      [undefined, 0, 3],
      ['query', 1, 0],
      ['filters', 1, 1],
      ['tags', 1, 2],
    ]);
  });

  it('gives names that hold slashes a path of their own', () => {
    const paths = toJsonLines({ 'a/b': 1, a: { b: 2 } }, () => true, 100).map(({ path }) => path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('goes 10,000 levels deep without running out of stack', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 10_000; level++) deep = [deep];
    expect(toJsonLines(deep, () => true, 20_000)).toHaveLength(10_001);
  });

  it('stops at the limit', () => {
    expect(toJsonLines(Array.from({ length: 500 }), () => true, 100)).toHaveLength(100);
  });
});

describe('findInJson', () => {
  it('finds names and values and tells what must be open to see them', () => {
    const { hits, ancestors } = findInJson(value, 'DOCS', 1_000);
    expect([...hits]).toEqual(['$/filters/path']);
    expect([...ancestors]).toEqual(['$/filters', '$']);
  });

  it('finds nothing for an empty text', () => {
    expect(findInJson(value, '', 1_000).hits.size).toBe(0);
  });
});
