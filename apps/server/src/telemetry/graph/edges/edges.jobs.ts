import type { Platform } from '#server/platform/context.ts';
import { saveSeenEdges, saveUsual, sumHoursOfEdges, sumMinutesOfEdges } from './edge-sums.store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Most runs are told of within it. */
const FRESH_MS = 2 * MINUTE_MS;
const AGAIN_MS = 5 * MINUTE_MS;

/**
 * Sums the calls of the last minutes, which the live graph shows; now and then those of the last hours again, with runs
 * that were told of late. One job, because two at once would count a minute twice.
 */
export function createEdgeSummer(): (platform: Platform) => Promise<void> {
  let summedAgainAt = 0;
  return async (platform) => {
    const at = platform.now().getTime();
    if (at - summedAgainAt < AGAIN_MS) return sumSince(platform, startOf(at - FRESH_MS, MINUTE_MS));
    await sumHours(platform, startOf(at - HOUR_MS, HOUR_MS));
    summedAgainAt = at;
  };
}

async function sumSince(platform: Platform, from: Date): Promise<void> {
  await sumMinutesOfEdges(platform, from, endOf(platform));
  await saveSeenEdges(platform, from);
}

async function sumHours(platform: Platform, from: Date): Promise<void> {
  await sumSince(platform, from);
  await sumHoursOfEdges(platform, from, endOf(platform));
  await saveUsual(platform, new Date(from.getTime() - DAY_MS), from);
}

const startOf = (ms: number, unitMs: number): Date => new Date(ms - (ms % unitMs));

/** A clock of a process may be a little ahead. */
const endOf = ({ now }: Platform): Date => new Date(now().getTime() + MINUTE_MS);
