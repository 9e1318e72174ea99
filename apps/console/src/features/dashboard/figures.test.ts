import { expect, test } from 'vitest';
import { alignBefore, compareSums, formatHours } from './figures.ts';

const toSeries = (...values: number[]) => ({
  range: '3d' as const,
  bucket: 'day' as const,
  points: values.map((value, day) => ({ period: `2026-01-0${day + 1}T00:00:00Z`, value })),
});

test('hours read in the unit that fits them', () => {
  expect([0, 0.5, 4.25, 72].map(formatHours)).toEqual(['0 min', '30 min', '4.3 h', '3 d']);
});

test('a range and the time before it are summed apart', () => {
  expect(compareSums({ primary: toSeries(1, 2, 3), comparison: toSeries(4) })).toEqual({ now: 6, before: 4 });
});

test('the time before fills the places of the range, and a missing bucket stays a gap', () => {
  expect(alignBefore({ primary: toSeries(1, 2, 3), comparison: toSeries(4, 5) })).toEqual([4, 5, null]);
});
