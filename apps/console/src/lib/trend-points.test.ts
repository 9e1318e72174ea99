import { expect, it } from 'vitest';
import { toStepMs, toTrendPoints } from './trend-points.ts';

it('fills the hours without any with zero, and leaves out what is outside', () => {
  const span = { from: '2026-01-01T00:30:00Z', to: '2026-01-01T03:10:00Z', stepMs: toStepMs(24) };
  const trend = [
    { t: '2026-01-01T01:00:00Z', count: 2 },
    { t: '2026-01-01T03:00:00Z', count: 1 },
    { t: '2025-12-31T23:00:00Z', count: 9 },
  ];
  expect(toTrendPoints(trend, span)).toEqual([0, 2, 0, 1]);
});

it('counts by the day over more than one', () => {
  const span = { from: '2026-01-01T12:00:00Z', to: '2026-01-03T12:00:00Z', stepMs: toStepMs(48) };
  expect(toTrendPoints([{ t: '2026-01-02T00:00:00Z', count: 4 }], span)).toEqual([0, 4, 0]);
});
