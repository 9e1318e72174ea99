import type { z } from 'zod';
import type { DashboardSeriesSet, DashboardWipSeriesSet } from './dashboard.schema.ts';
import { type Range, toSlots, type Window } from './ranges.rules.ts';

/** A figure of one slot of a range, counted from 1; see `toSlots`. */
export interface SlotRow {
  slot: number;
}

const STATUSES = ['inbox', 'in_progress', 'review', 'done'] as const;
export type StatusCounts = Record<(typeof STATUSES)[number], number>;

/** How many tasks more than before had each status at the end of a slot. */
export type FlowRow = SlotRow & StatusCounts;

export const toStatusCounts = (rows: { status: string; n: number }[]): StatusCounts => {
  const of = (status: string) => rows.find((row) => row.status === status)?.n ?? 0;
  return { inbox: of('inbox'), in_progress: of('in_progress'), review: of('review'), done: of('done') };
};

/** A point for every bucket of both windows; those without a row are 0. */
export function toSeriesSet<R extends SlotRow>(
  range: Range,
  rows: R[],
  toValue: (row: R) => number,
): z.infer<typeof DashboardSeriesSet> {
  const values = new Map(rows.map((row) => [row.slot, toValue(row)]));
  return splitSlots(range, (slot) => ({ value: values.get(slot) ?? 0 }));
}

/** Tasks by status at the end of every bucket: counted back from now, by undoing what changed since. */
export function toWipSet(range: Range, now: StatusCounts, flows: FlowRow[]): z.infer<typeof DashboardWipSeriesSet> {
  const counts = { ...now };
  const changes = new Map(flows.map((flow) => [flow.slot, flow]));
  const atEnd = new Map<number, StatusCounts>();
  for (let slot = toSlots(range).length; slot > 0; slot--) {
    atEnd.set(slot, { ...counts });
    for (const status of STATUSES) counts[status] -= changes.get(slot)?.[status] ?? 0;
  }
  return splitSlots(range, (slot) => atEnd.get(slot) ?? counts);
}

/** The slots as points of the two windows. */
function splitSlots<T extends object>({ key, bucket, comparison, primary }: Range, toPoint: (slot: number) => T) {
  const toSeries = ({ buckets }: Window, before: number) => ({
    range: key,
    bucket,
    points: buckets.map((at, i) => ({ period: at.toISOString(), ...toPoint(before + i + 1) })),
  });
  return { primary: toSeries(primary, comparison.buckets.length), comparison: toSeries(comparison, 0) };
}
