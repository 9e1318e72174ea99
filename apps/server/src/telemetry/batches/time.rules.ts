import type { LineEvent } from '../events/draft.ts';
import { formatInstant, instantOfUuid } from './instants.rules.ts';
import { Rejection } from './rejection.ts';

const DAY_US = 86_400_000_000;
const MAX_AHEAD_US = 600_000_000;

/** Accepts an instant from a day before its run began to ten minutes from now. Throws `event.bad_time`. */
export function assertTime({ run, scope }: LineEvent, at: number, field: string): number {
  const earliest = (instantOfUuid(run.id) ?? 0) * 1_000 - DAY_US;
  if (at >= earliest && at <= scope.now + MAX_AHEAD_US) return at;
  throw new Rejection('event.bad_time', `${field} ${describe(at)} is not between the run's start and now.`);
}

const describe = (us: number): string => (us < 253_402_300_800_000_000 ? formatInstant(us) : 'beyond the year 9999');

/** The UTC day in a run's id. Throws `event.invalid`, `event.run_in_future`, `event.run_expired`. */
export function toRunDay(runId: string, now: number, oldestDay: number): number {
  const ms = instantOfUuid(runId);
  if (ms === undefined) throw new Rejection('event.invalid', 'run must be a UUIDv7.');
  if (ms * 1_000 > now + MAX_AHEAD_US)
    throw new Rejection('event.run_in_future', 'The run id is more than ten minutes ahead of the server’s clock.');
  const day = Math.floor(ms / 86_400_000);
  if (day < oldestDay) throw new Rejection('event.run_expired', 'The run is older than what is kept in full.');
  return day;
}
