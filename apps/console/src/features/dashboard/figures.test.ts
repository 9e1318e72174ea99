import { expect, test } from 'vitest';
import { alignBefore, compareSums, formatHours, hasTasks } from './figures.ts';

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

test('there are tasks when some are open, or were done in the range', () => {
  const kpis = { inbox_tasks: 0, in_progress_tasks: 0, review_tasks: 0 } as Parameters<typeof hasTasks>[0]['kpis'];
  const throughput = { primary: toSeries(0, 0), comparison: toSeries() };
  expect(hasTasks({ kpis, throughput })).toBe(false);
  expect(hasTasks({ kpis: { ...kpis, review_tasks: 1 }, throughput })).toBe(true);
  expect(hasTasks({ kpis, throughput: { ...throughput, primary: toSeries(0, 1) } })).toBe(true);
});
