import { instantOfUuid } from '../batches/instants.rules.ts';

const DAY_MS = 86_400_000;

/** `2026-03-19`: the UTC day inside a run's UUIDv7, by which its rows are partitioned; undefined for other ids. */
export function toRunDay(runId: string): string | undefined {
  const ms = instantOfUuid(runId);
  return ms === undefined ? undefined : toDate(Math.floor(ms / DAY_MS));
}

/** A day counted from 1970-01-01 as `2026-03-19`. */
export const toDate = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);
