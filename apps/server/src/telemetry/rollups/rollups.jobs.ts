import type { Platform } from '#server/platform/context.ts';
import { foldRollups } from './fold.store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Folds the deltas of the minutes and hours that are nearly over, and of late ones of the last hour. */
export async function foldClosedRollups({ db, now }: Platform): Promise<void> {
  const at = now().getTime();
  await foldRollups(db, 'rollup_1m', new Date(at - HOUR_MS), new Date(at - MINUTE_MS));
  await foldRollups(db, 'rollup_1h', new Date(at - 2 * HOUR_MS), new Date(at));
}
