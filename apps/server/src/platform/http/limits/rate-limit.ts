import { sql } from 'kysely';
import type { Platform } from '../../context.ts';
import { Problem } from '../../problem.ts';

const MINUTE_MS = 60_000;
const MAX_WINDOW_MS = 60 * MINUTE_MS;
const SYNC_MS = 1_000;

interface Bucket {
  windowMs: number;
  windowStart: number;
  /** Hits of all instances in this window and the one before, as of the last exchange. */
  shared: number;
  previous: number;
  /** Hits here that the database does not know yet. */
  unsent: number;
}

/** Counts calls in a sliding window over all instances. The request path does no I/O: counts are exchanged once a second. */
export interface RateLimiter {
  /**
   * Counts one call. Throws `rate_limit.exceeded` (429) above `limit`; a refused call does not count.
   * @param windowMs A minute unless given; an hour at most.
   */
  take(bucket: string, limit: number, windowMs?: number): void;
  /** Counts one call of this minute without refusing it. */
  add(bucket: string): void;
  /** Throws `rate_limit.exceeded` when the bucket is over `perMinute` already; counts nothing. */
  check(bucket: string, perMinute: number): void;
  close(): Promise<void>;
}

export function createRateLimiter(platform: Platform): RateLimiter {
  const buckets = new Map<string, Bucket>();
  let syncing: Promise<void> = Promise.resolve();

  const current = (name: string, windowMs = MINUTE_MS): Bucket => {
    const windowStart = Math.floor(platform.now().getTime() / windowMs) * windowMs;
    const known = buckets.get(name);
    if (known?.windowStart === windowStart) return known;
    const previous = known?.windowStart === windowStart - windowMs ? known.shared + known.unsent : 0;
    const bucket = { windowMs, windowStart, shared: 0, previous, unsent: 0 };
    buckets.set(name, bucket);
    return bucket;
  };
  const check = (name: string, limit: number, windowMs = MINUTE_MS) => {
    const bucket = current(name, windowMs);
    const left = 1 - (platform.now().getTime() - bucket.windowStart) / windowMs;
    if (bucket.previous * left + bucket.shared + bucket.unsent < limit) return;
    const retryAfterS = Math.max(1, Math.ceil((left * windowMs) / 1000));
    const message = `More than ${limit} calls in ${windowMs / MINUTE_MS} min. Try again in ${retryAfterS} s.`;
    throw new Problem('rate_limit.exceeded', 429, message, { retryAfterS });
  };
  const add = (name: string) => {
    current(name).unsent++;
  };
  const timer = setInterval(() => {
    syncing = exchange(platform, buckets).catch((error) =>
      platform.log.warn({ err: error }, 'rate limits count per process while the database is away'),
    );
  }, SYNC_MS).unref();

  return {
    check,
    add,
    take(name, limit, windowMs) {
      check(name, limit, windowMs);
      current(name, windowMs).unsent++;
    },
    async close() {
      clearInterval(timer);
      await syncing;
    },
  };
}

/** Sends local hits and takes over everybody's; drops buckets that no longer matter. */
async function exchange({ db, now }: Platform, buckets: Map<string, Bucket>): Promise<void> {
  const at = now().getTime();
  for (const [name, bucket] of buckets) if (bucket.windowStart < at - 2 * bucket.windowMs) buckets.delete(name);
  const sent = [...buckets]
    .filter(([, bucket]) => bucket.unsent > 0)
    .map(([name, bucket]) => ({ name, bucket, hits: bucket.unsent }));
  if (sent.length === 0) return;
  const rows = await db
    .insertInto('rate_limit_windows')
    .values(sent.map(({ name, bucket, hits }) => ({ bucket: name, window_start: new Date(bucket.windowStart), hits })))
    .onConflict((conflict) =>
      conflict.columns(['bucket', 'window_start']).doUpdateSet({ hits: sql`rate_limit_windows.hits + excluded.hits` }),
    )
    .returning(['bucket', 'hits'])
    .execute();
  const totals = new Map(rows.map((row) => [row.bucket, row.hits]));
  for (const { name, bucket, hits } of sent) {
    bucket.unsent -= hits;
    bucket.shared = totals.get(name) ?? bucket.shared + hits;
  }
}

/** Removes windows that no instance looks at any more. */
export async function pruneRateLimits({ db, now }: Platform): Promise<void> {
  await db
    .deleteFrom('rate_limit_windows')
    .where('window_start', '<', new Date(now().getTime() - 2 * MAX_WINDOW_MS).toISOString())
    .execute();
}
