import type { z } from 'zod';
import type { DashboardSeriesSet, DashboardWipPoint, DashboardWipSeriesSet } from './dashboard.schema.ts';
import type { Range, Window } from './ranges.rules.ts';

/** A figure of one bucket; the bucket in which the windows meet has one in each. */
export interface BucketRow {
  is_primary: boolean;
  /** Where the bucket begins. */
  period: string;
}

/** How many tasks changed from one status to another in a bucket; from null when they were made. */
export interface FlowRow extends BucketRow {
  from_status: string | null;
  to_status: string;
  n: number;
}

const STATUSES = ['inbox', 'in_progress', 'review', 'done'] as const;
export type StatusCounts = Record<(typeof STATUSES)[number], number>;

export const toStatusCounts = (rows: { status: string; n: number }[]): StatusCounts => {
  const of = (status: string) => rows.find((row) => row.status === status)?.n ?? 0;
  return { inbox: of('inbox'), in_progress: of('in_progress'), review: of('review'), done: of('done') };
};

/** A point for every bucket of both windows; those without a row are 0. */
export function toSeriesSet<R extends BucketRow>(
  range: Range,
  rows: R[],
  toValue: (row: R) => number,
): z.infer<typeof DashboardSeriesSet> {
  const toSeries = (isPrimary: boolean, { buckets }: Window) => {
    const values = new Map(
      rows.filter((row) => row.is_primary === isPrimary).map((row) => [Date.parse(row.period), toValue(row)]),
    );
    const points = buckets.map((at) => ({ period: at.toISOString(), value: values.get(at.getTime()) ?? 0 }));
    return { range: range.key, bucket: range.bucket, points };
  };
  return { primary: toSeries(true, range.primary), comparison: toSeries(false, range.comparison) };
}

/** Tasks by status at the end of every bucket: counted back from now, by undoing what changed since. */
export function toWipSet(range: Range, now: StatusCounts, flows: FlowRow[]): z.infer<typeof DashboardWipSeriesSet> {
  const counts = { ...now };
  const undo = (rows: FlowRow[]) => {
    for (const { from_status, to_status, n } of rows) {
      if (isStatus(to_status)) counts[to_status] -= n;
      if (isStatus(from_status)) counts[from_status] += n;
    }
  };
  const toPoints = (isPrimary: boolean, { buckets }: Window) => {
    const own = flows.filter((row) => row.is_primary === isPrimary);
    const points: z.infer<typeof DashboardWipPoint>[] = [];
    let end = Number.POSITIVE_INFINITY;
    for (const at of buckets.toReversed()) {
      points.unshift({ period: at.toISOString(), ...counts });
      undo(own.filter(({ period }) => Date.parse(period) >= at.getTime() && Date.parse(period) < end));
      end = at.getTime();
    }
    return { range: range.key, bucket: range.bucket, points };
  };
  return { primary: toPoints(true, range.primary), comparison: toPoints(false, range.comparison) };
}

const isStatus = (status: string | null): status is keyof StatusCounts => STATUSES.some((known) => known === status);
