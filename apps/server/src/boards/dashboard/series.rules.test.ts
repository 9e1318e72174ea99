import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DashboardRangeKey } from './dashboard.schema.ts';
import { type Range, toRange, toSlots } from './ranges.rules.ts';
import { type FlowRow, type StatusCounts, toSeriesSet, toWipSet } from './series.rules.ts';

const NOW = new Date('2026-03-18T13:45:00Z');
const STATUSES = ['inbox', 'in_progress', 'review', 'done'] as const;

it('fills what has no row with 0 and keeps the two parts of the bucket in which the windows meet apart', () => {
  const range = toRange('3d', NOW);
  const rows = [
    { slot: 4, n: 5 },
    { slot: 5, n: 2 },
  ];
  const { primary, comparison } = toSeriesSet(range, rows, ({ n }) => n);
  expect(primary.points.map(({ value }) => value)).toEqual([2, 0, 0, 0]);
  expect(comparison.points.map(({ value }) => value)).toEqual([0, 0, 0, 5]);
  for (const point of [primary.points[0], comparison.points[3]]) expect(point?.period).toBe('2026-03-15T00:00:00.000Z');
});

/** Lives of tasks: when each was made, and when it moved where. */
const lives = fc.array(
  fc.array(fc.record({ ago: fc.integer({ min: 0, max: 700 * 24 }), to: fc.constantFrom(...STATUSES) }), {
    minLength: 1,
    maxLength: 6,
  }),
  { maxLength: 12 },
);

interface Step {
  at: Date;
  to: keyof StatusCounts;
}

/** What the database would say of these lives of tasks. */
function toFlows(range: Range, lives: Step[][]): FlowRow[] {
  const slotOf = (at: Date) => toSlots(range).filter((begin) => begin <= at).length;
  const changes = lives.flatMap((life) =>
    life.flatMap(({ at, to }, i) => {
      const from = life[i - 1]?.to;
      return [{ slot: slotOf(at), status: to, by: 1 }, ...(from ? [{ slot: slotOf(at), status: from, by: -1 }] : [])];
    }),
  );
  return toSlots(range).map((_, i) => {
    const sum = (status: string) =>
      changes.reduce((all, one) => all + (one.slot === i + 1 && one.status === status ? one.by : 0), 0);
    return {
      slot: i + 1,
      inbox: sum('inbox'),
      in_progress: sum('in_progress'),
      review: sum('review'),
      done: sum('done'),
    };
  });
}

it('counts tasks by status at the end of every bucket as if it had looked then', () => {
  fc.assert(
    fc.property(lives, fc.constantFrom(...DashboardRangeKey.options), (tasks, key) => {
      const range = toRange(key, NOW);
      const moves = tasks.map((life) =>
        life
          .map(({ ago, to }) => ({ at: new Date(NOW.getTime() - ago * 3_600_000), to }))
          .sort((a, b) => a.at.getTime() - b.at.getTime()),
      );
      const countAt = (at: Date): StatusCounts => {
        const counts = { inbox: 0, in_progress: 0, review: 0, done: 0 };
        for (const life of moves) {
          const last = life.filter((move) => move.at <= at).at(-1);
          if (last) counts[last.to]++;
        }
        return counts;
      };
      const wip = toWipSet(range, countAt(NOW), toFlows(range, moves));
      for (const [window, { points }] of [
        [range.primary, wip.primary],
        [range.comparison, wip.comparison],
      ] as const) {
        const ends = window.buckets.map((_, i) => window.buckets[i + 1]);
        // A bucket ends just before the next begins; the last with its window, which is now or where the next window begins.
        const last = window === range.primary ? NOW : new Date(window.to.getTime() - 1);
        const looked = ends.map((end) => countAt(end ? new Date(end.getTime() - 1) : last));
        expect(points.map(({ period: _, ...counts }) => counts)).toEqual(looked);
      }
    }),
  );
});
