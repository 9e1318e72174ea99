import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toSpans } from './highlight.ts';

const inksOf = (line: string) => toSpans(line, 1, []).map(({ text, ink }) => [text, ink]);

it('tells keys, texts, values and notes apart', () => {
  expect(inksOf('over: 15% # a share')).toEqual([
    ['over', 'key'],
    [': ', 'plain'],
    ['15%', 'value'],
    [' ', 'plain'],
    ['# a share', 'note'],
  ]);
  expect(inksOf('description: A refund over 200 waits.').map(([, ink]) => ink)).toEqual(['key', 'plain']);
  expect(inksOf('match: ["a#b"]')).toContainEqual(['"a#b"', 'text']);
});

it('marks what was found, the gravest where findings meet', () => {
  const found = [
    { line: 1, col: 1, end_line: 1, end_col: 6, severity: 'warning' as const },
    { line: 1, col: 3, end_line: 1, end_col: 6, severity: 'error' as const },
  ];
  expect(toSpans('tolls: {}', 1, found).map(({ text, mark }) => [text, mark])).toEqual([
    ['to', 'warning'],
    ['lls', 'error'],
    [': {}', undefined],
  ]);
});

it('loses no character of any line, whatever is marked', () => {
  const range = fc.record({
    line: fc.integer({ min: 1, max: 3 }),
    col: fc.integer({ min: 1, max: 40 }),
    end_line: fc.integer({ min: 1, max: 3 }),
    end_col: fc.integer({ min: 1, max: 40 }),
    severity: fc.constantFrom('error' as const, 'warning' as const, 'info' as const),
  });
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.array(range, { maxLength: 4 }), (line, found) => {
      expect(
        toSpans(line, 2, found)
          .map(({ text }) => text)
          .join(''),
      ).toBe(line);
    }),
  );
});
