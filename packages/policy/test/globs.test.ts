import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob, compileGlobs } from '../src/globs.ts';

describe('globs', () => {
  it.each([
    ['billing/refund', 'billing/refund', true],
    ['billing/refund', 'billing/refunds', false],
    ['billing/*', 'billing/refund.create', true],
    ['billing/*', 'billing/eu/refund', false],
    ['billing/**', 'billing/eu/refund', true],
    ['**/delete', 'fs/a/delete', true],
    ['**', 'anything/at all', true],
    ['*', 'a/b', false],
    ['gpt-?', 'gpt-5', true],
    ['gpt-?', 'gpt-/', false],
    ['gpt-?', 'gpt-😀', true],
    ['openai/*', 'OpenAI/gpt', false],
    ['a*b*c', 'axxbxxbxxc', true],
    ['a*b*c', 'axxbxx', false],
    ['a.c', 'abc', false],
  ])('%s on %s is %s', (pattern, name, expected) => {
    expect(compileGlob(pattern)(name)).toBe(expected);
    expect(compileGlobs(['nothing', pattern])(name)).toBe(expected);
  });

  it('agrees with the regular expression that it means', () => {
    const part = fc.constantFrom('a', 'b', '/', '.', '*', '**', '?');
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 7 }), name, (parts, text) => {
        const pattern = parts.join('');
        expect(compileGlob(pattern)(text)).toBe(toRegExp(pattern).test(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes time in proportion to the name for a pattern that makes others explode', () => {
    const matches = compileGlob(`${'*a'.repeat(25)}b`);
    expect(matches('a'.repeat(10_000))).toBe(false);
  });
});

function toRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\*\*+|[*?.]/g, (token) => {
    if (token.startsWith('**')) return '.*';
    return { '*': '[^/]*', '?': '[^/]', '.': '\\.' }[token] ?? token;
  });
  return new RegExp(`^${source}$`);
}
