import type { Platform } from '#server/platform/context.ts';
import { findNewestHour, listStaleDays, listStaleHours, removeSpansBefore, saveSpan } from './spans.store.ts';
import { CALL_DIMS, sumDay, sumFleetHour, sumRunsDay, sumRunsHour } from './sums.store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Reports may come so late, and then their hour is summed anew. */
const LATE_MS = 73 * HOUR_MS;
/** Runs are there at least so long; what was summed of older ones stays. */
const RUNS_KEPT_MS = 47 * HOUR_MS;
/** A day is summed some minutes after its end, when nearly all of it has come. */
const SETTLED_MS = 10 * 60_000;
/** No question reaches further back. */
const LONGEST_MS = 31 * DAY_MS;

const floorTo = (at: Date, stepMs: number): Date => new Date(Math.floor(at.getTime() / stepMs) * stepMs);
const plus = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

const earlier = (a: Date, b: Date): Date => new Date(Math.min(a.getTime(), b.getTime()));

/** Sums the hours and days that are over, and those again of which more was reported since. */
export async function sumRollups({ db, now }: Platform): Promise<void> {
  const at = now();
  const newest = await findNewestHour(db);
  // The first time all of what is there; after a pause from where it began.
  const since = newest === null ? plus(at, -LONGEST_MS) : earlier(newest, plus(at, -LATE_MS));
  for (const span of await listStaleHours(db, floorTo(since, HOUR_MS), floorTo(at, HOUR_MS))) {
    const to = plus(span.t, HOUR_MS);
    await sumFleetHour(db, span, to);
    if (newest === null || span.t > plus(at, -RUNS_KEPT_MS)) await sumRunsHour(db, span, to);
    await saveSpan(db, 'hour', span);
  }
  const until = floorTo(plus(at, -SETTLED_MS), DAY_MS);
  for (const span of await listStaleDays(db, floorTo(since, DAY_MS), until)) {
    const to = plus(span.t, DAY_MS);
    // A dimension at a time: a long write would hold the live streams back.
    for (const dim of CALL_DIMS) await sumDay(db, span, to, dim);
    await sumRunsDay(db, span, to);
    await saveSpan(db, 'day', span);
  }
  await removeSpansBefore(db, plus(at, -LONGEST_MS));
}
