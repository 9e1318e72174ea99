import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../../test/app.ts';
import type { Platform } from '../../context.ts';
import { Problem } from '../../problem.ts';
import { createRateLimiter, pruneRateLimits, type RateLimiter } from './rate-limit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let app: TestApp;
/** At the beginning of an hour, so that a test says itself how far a window has come. */
let at = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const opened: RateLimiter[] = [];
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(async () => {
  for (const limiter of opened) await limiter.close();
  await app.close();
});

const open = (more: Partial<Platform> = {}): RateLimiter => {
  const limiter = createRateLimiter({ ...app.platform, now: () => new Date(at), ...more });
  opened.push(limiter);
  return limiter;
};
/** How many of the calls pass. */
const pass = (calls: number, take: () => void): number => {
  let passed = 0;
  for (let i = 0; i < calls; i++)
    try {
      take();
      passed++;
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'rate_limit.exceeded') throw error;
    }
  return passed;
};

it('229: buckets are independent, and a refusal says when to come again', () => {
  const limiter = open();
  expect(pass(9, () => limiter.take('a', 5))).toBe(5);
  expect(pass(9, () => limiter.take('b', 7))).toBe(7);
  at += 45_000;
  try {
    limiter.take('a', 5);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ status: 429, retryAfterS: 15 });
  }
});

it('229: calls are forgotten as the window slides, and all of them after two', () => {
  const limiter = open();
  at += MINUTE_MS - (at % MINUTE_MS);
  expect(pass(20, () => limiter.take('slide', 10))).toBe(10);
  at += MINUTE_MS;
  expect(pass(20, () => limiter.take('slide', 10))).toBe(0);
  at += MINUTE_MS / 2;
  expect(pass(20, () => limiter.take('slide', 10))).toBe(5);
  at += 2 * MINUTE_MS;
  expect(pass(20, () => limiter.take('slide', 10))).toBe(10);
});

it('229: a window may be an hour', () => {
  const limiter = open();
  at += HOUR_MS - (at % HOUR_MS);
  expect(pass(9, () => limiter.take('hour', 4, HOUR_MS))).toBe(4);
  at += HOUR_MS - 1;
  expect(pass(9, () => limiter.take('hour', 4, HOUR_MS))).toBe(0);
  at += HOUR_MS;
  expect(pass(9, () => limiter.take('hour', 4, HOUR_MS))).toBeGreaterThanOrEqual(3);
});

it('229: two instances share their counts', async () => {
  const [one, two] = [open(), open()];
  expect(pass(6, () => one.take('shared', 10))).toBe(6);
  expect(pass(1, () => two.take('shared', 10))).toBe(1);
  const total = async () => {
    const row = await app.platform.db
      .selectFrom('rate_limit_windows')
      .select('hits')
      .where('bucket', '=', 'shared')
      .executeTakeFirst();
    return row?.hits;
  };
  while ((await total()) !== 7) await sleep(20);
  // Whichever exchanged last knows of both; the other learns with its next call.
  const left = () =>
    Math.min(
      pass(9, () => one.take('shared', 10)),
      pass(9, () => two.take('shared', 10)),
    );
  expect(left()).toBeLessThanOrEqual(4);
  while ((await total()) === 7) await sleep(20);
  while (pass(1, () => one.take('shared', 10)) + pass(1, () => two.take('shared', 10)) > 0) await sleep(20);
});

it('229: with the database away it lets through by its own count, and says so', async () => {
  const said: string[] = [];
  const log = { ...app.platform.log, warn: (_details: unknown, message: string) => void said.push(message) };
  const away = new Proxy(app.platform.db, {
    get: () => () => {
      throw new Error('the database is away');
    },
  });
  const limiter = open({ db: away, log: log as unknown as Platform['log'] });
  expect(pass(5, () => limiter.take('away', 3))).toBe(3);
  while (said.length === 0) await sleep(20);
  expect(said[0]).toContain('per process while the database is away');
  expect(pass(5, () => limiter.take('elsewhere', 3))).toBe(3);
});

it('forgets windows that nobody looks at any more', async () => {
  const { db } = app.platform;
  const now = () => new Date(at);
  await db.deleteFrom('rate_limit_windows').execute();
  const windows = [1, 119, 121].map((minutes) => new Date(at - minutes * MINUTE_MS));
  await db
    .insertInto('rate_limit_windows')
    .values(windows.map((window_start) => ({ bucket: 'old', window_start, hits: 1 })))
    .execute();
  await pruneRateLimits({ ...app.platform, now });
  expect(await db.selectFrom('rate_limit_windows').select('bucket').execute()).toHaveLength(2);
});
