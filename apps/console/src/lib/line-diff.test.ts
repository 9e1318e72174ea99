import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from './line-diff.ts';

const side = (lines: ReturnType<typeof diffLines>, without: '-' | '+') =>
  lines
    .filter(({ sign }) => sign !== without)
    .map(({ text }) => text)
    .join('\n');

describe('diffLines', () => {
  it('shows what went and what came around what stayed', () => {
    const lines = diffLines('You are quick.\nBe brief.', 'You are careful.\nBe brief.');
    expect(lines.map(({ sign, text }) => sign + text)).toEqual(['-You are quick.', '+You are careful.', ' Be brief.']);
  });

  it('always holds both texts whole', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { minLength: 1 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = diffLines(before, after);
        expect(side(lines, '+')).toBe(before);
        expect(side(lines, '-')).toBe(after);
      }),
    );
  });
});
