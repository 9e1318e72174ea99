import type { Platform } from '#server/platform/context.ts';
import { isKept, readMissed } from '#server/platform/events/events.store.ts';
import type { EventType } from '#server/platform/events/publish.ts';
import { coalesce, type ItemMaker, isBehind, type StreamItem, type StreamPlace } from './items.ts';

/** A client that missed more facts than this reads its lists again. */
const MAX_MISSED = 5_000;
const HOUR_MS = 3_600_000;

/** Where a stream begins: behind a place, or with an instant. */
export type Start = StreamPlace | Date;

export interface Missed {
  /** Whether something may have been missed that is no longer kept. */
  isExpired: boolean;
  items: StreamItem[];
}

export interface MissedQuery {
  orgId: string;
  topics: ReadonlySet<string>;
  /** Only facts of this board, and those of none. */
  boardId: string | undefined;
  start: Start;
  /** What comes after this is told live. */
  until: StreamPlace;
}

/**
 * What a client missed. When some of it is not kept, or is more than a client can catch up with, that counts as expired:
 * behind a place nothing is given then, since an instant the newest that there is (clients of old know no `reset`).
 */
export async function findMissed(
  { db, config, now }: Platform,
  { types, itemsOf }: { types: EventType[]; itemsOf: ItemMaker },
  { orgId, topics, boardId, start, until }: MissedQuery,
): Promise<Missed> {
  const isExpired =
    start instanceof Date
      ? start.getTime() < now().getTime() - config.eventRetentionHours * HOUR_MS
      : !(await isKept(db, orgId, start));
  if (isExpired && !(start instanceof Date)) return { isExpired, items: [] };
  const rows = await readMissed(db, {
    orgId,
    from: start,
    to: until,
    types: types.filter((type) => mayCarry(type, topics)).map(({ type }) => type),
    boardId,
    limit: MAX_MISSED + 1,
  });
  if (start instanceof Date)
    return {
      isExpired: isExpired || rows.length > MAX_MISSED,
      items: coalesce(rows.slice(-MAX_MISSED).flatMap(itemsOf)),
    };
  if (rows.length > MAX_MISSED) return { isExpired: true, items: [] };
  return { isExpired, items: coalesce(rows.flatMap(itemsOf).filter((item) => isBehind(item, start))) };
}

/** Whether facts of a type may go to one of these topics. Most facts are of runs: only who asks for runs reads them. */
function mayCarry({ subject, streams = {}, activity, topics }: EventType, wanted: ReadonlySet<string>): boolean {
  const wantsFleet = subject !== 'run' || [...wanted].some((topic) => /^run(s$|:)/.test(topic));
  return (
    (topics !== undefined && wantsFleet) ||
    (activity !== undefined && wanted.has('activity')) ||
    Object.keys(streams).some((topic) => wanted.has(topic))
  );
}
