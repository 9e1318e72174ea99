import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ops, paths } from './vectors/conditions.ts';
import * as rules from './vectors/rules.ts';
import { decideAll, toFile, toVector, type Vector } from './vectors/vector.ts';

const FILES = { ops, paths, ...rules };
const pathOf = (name: string) => new URL(`../../../fixtures/policy/${name}.json`, import.meta.url).pathname;

// Written anew by `npx vitest run packages/policy/test/vectors.test.ts -u`.
describe.each(Object.entries(FILES))('fixtures/policy: %s', (name, cases) => {
  it('what the compiler and the evaluator make of the cases, which say what they must', async () => {
    await expect(toFile(cases.map(toVector))).toMatchFileSnapshot(pathOf(name));
  });

  it('an evaluator that reads nothing but the file comes to the same', () => {
    const vectors: Vector[] = JSON.parse(readFileSync(pathOf(name), 'utf8'));
    for (const { expect: expected, ...vector } of vectors)
      expect(JSON.parse(JSON.stringify(decideAll(vector)))).toEqual(expected);
  });
});

it('every operation of conditions and every kind of rule has a vector', () => {
  const text = Object.keys(FILES)
    .map((name) => readFileSync(pathOf(name), 'utf8'))
    .join();
  for (const op of [
    'eq',
    'ne',
    'in',
    'not_in',
    'lt',
    'lte',
    'gt',
    'gte',
    'matches',
    'glob',
    'starts_with',
    'domain_in',
  ])
    expect(text).toContain(`"op":"${op}"`);
  for (const op of ['cidr_in', 'within_path', 'max_len', 'type', 'exists']) expect(text).toContain(`"op":"${op}"`);
  for (const kind of ['tools', 'limits', 'breaker', 'escalate', 'sequence', 'data', 'models'])
    expect(text).toContain(`"kind":"${kind}"`);
});
