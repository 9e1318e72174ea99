import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DashboardRangeKey } from './dashboard.schema.ts';
import { toBucket, toRange, toSlots } from './ranges.rules.ts';

const DAY_MS = 86_400_000;
const BUCKETS = {
  '24h': 'hour',
  '3d': 'day',
  '7d': 'day',
  '14d': 'day',
  '1m': 'day',
  '3m': 'week',
  '6m': 'week',
  '1y': 'month',
};
const DAYS = { '24h': 1, '3d': 3, '7d': 7, '14d': 14, '1m': 30, '3m': 90, '6m': 180, '1y': 365 };
const isMidnight = (at: Date) => at.getTime() % DAY_MS === 0;
const BEGINS = {
  hour: (at: Date) => at.getTime() % 3_600_000 === 0,
  day: isMidnight,
  week: (at: Date) => isMidnight(at) && at.getUTCDay() === 1,
  month: (at: Date) => isMidnight(at) && at.getUTCDate() === 1,
};
const keys = fc.constantFrom(...DashboardRangeKey.options);
const instants = fc.date({
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2100-01-01T00:00:00Z'),
  noInvalidDate: true,
});

it('219: eight ranges map to their buckets; the comparison is the window of the same length before', () => {
  fc.assert(
    fc.property(keys, instants, (key, now) => {
      const { bucket, primary, comparison } = toRange(key, now);
      expect(bucket).toBe(BUCKETS[key]);
      expect(primary.to).toEqual(now);
      expect(primary.to.getTime() - primary.from.getTime()).toBe(DAYS[key] * DAY_MS);
      expect(comparison.to).toEqual(primary.from);
      expect(comparison.to.getTime() - comparison.from.getTime()).toBe(DAYS[key] * DAY_MS);
    }),
  );
});

it('219: weeks start on Monday, months on day 1, and every bucket of a window has a point', () => {
  fc.assert(
    fc.property(keys, instants, fc.double({ min: 0, max: 1, noNaN: true }), (key, now, share) => {
      const { bucket, primary, comparison } = toRange(key, now);
      for (const { from, to, buckets } of [primary, comparison]) {
        const within = new Date(from.getTime() + Math.round(share * (to.getTime() - from.getTime())));
        expect(buckets.map(Number)).toContain(toBucket(bucket, within).getTime());
        expect(buckets.map(Number)).toEqual([...new Set(buckets.map(Number))].sort((a, b) => a - b));
        for (const at of buckets) expect(toBucket(bucket, at)).toEqual(at);
        expect(buckets.every((at) => BEGINS[bucket](at))).toBe(true);
      }
    }),
  );
});

it('cuts both windows into slots, one for each point, without gap or overlap', () => {
  fc.assert(
    fc.property(keys, instants, (key, now) => {
      const range = toRange(key, now);
      const slots = toSlots(range).map(Number);
      expect(slots).toHaveLength(range.comparison.buckets.length + range.primary.buckets.length);
      expect(slots).toEqual(slots.toSorted((a, b) => a - b));
      expect(slots[0]).toBe(range.comparison.from.getTime());
      expect(slots[range.comparison.buckets.length]).toBe(range.primary.from.getTime());
    }),
  );
});
