import type { DashboardBucketKey, DashboardRangeKey } from './dashboard.schema.ts';

const DAY_MS = 86_400_000;

const RANGES: Record<DashboardRangeKey, { bucket: DashboardBucketKey; days: number }> = {
  '24h': { bucket: 'hour', days: 1 },
  '3d': { bucket: 'day', days: 3 },
  '7d': { bucket: 'day', days: 7 },
  '14d': { bucket: 'day', days: 14 },
  '1m': { bucket: 'day', days: 30 },
  '3m': { bucket: 'week', days: 90 },
  '6m': { bucket: 'week', days: 180 },
  '1y': { bucket: 'month', days: 365 },
};

/** A stretch of time. */
export interface Window {
  from: Date;
  to: Date;
  /** Where its buckets begin, oldest first; the first may begin before the window. */
  buckets: Date[];
}

export interface Range {
  key: DashboardRangeKey;
  bucket: DashboardBucketKey;
  primary: Window;
  /** The same length just before. */
  comparison: Window;
}

/**
 * Where the slots of a range begin: the buckets of the comparison, then those of the primary window, each cut off at its
 * window's beginning. The bucket in which the windows meet has a slot in both.
 */
export const toSlots = ({ comparison, primary }: Range): Date[] =>
  [comparison, primary].flatMap(({ from, buckets }) => [from, ...buckets.slice(1)]);

/** The range that ends now. */
export function toRange(key: DashboardRangeKey, now: Date): Range {
  const { bucket, days } = RANGES[key];
  const [start, middle] = [2, 1].map((times) => new Date(now.getTime() - times * days * DAY_MS)) as [Date, Date];
  return { key, bucket, primary: toWindow(bucket, middle, now), comparison: toWindow(bucket, start, middle) };
}

function toWindow(bucket: DashboardBucketKey, from: Date, to: Date): Window {
  const buckets: Date[] = [];
  for (let at = toBucket(bucket, from); at <= to; at = toNext(bucket, at)) buckets.push(at);
  return { from, to, buckets };
}

/** Where the bucket of an instant begins, in UTC: the hour, midnight, Monday, or the first of the month. */
export function toBucket(bucket: DashboardBucketKey, at: Date): Date {
  const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()];
  const daysSinceMonday = (at.getUTCDay() + 6) % 7;
  return {
    hour: () => new Date(Date.UTC(year, month, day, at.getUTCHours())),
    day: () => new Date(Date.UTC(year, month, day)),
    week: () => new Date(Date.UTC(year, month, day - daysSinceMonday)),
    month: () => new Date(Date.UTC(year, month)),
  }[bucket]();
}

function toNext(bucket: DashboardBucketKey, at: Date): Date {
  if (bucket === 'month') return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1));
  return new Date(at.getTime() + { hour: 3_600_000, day: DAY_MS, week: 7 * DAY_MS }[bucket]);
}
