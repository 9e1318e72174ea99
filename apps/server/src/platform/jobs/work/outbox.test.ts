import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database.ts';
import { loadConfig } from '../../config.ts';
import { inTransaction, type Platform, systemContext, type TxContext } from '../../context.ts';
import { newId } from '../../ids.ts';
import { createLog } from '../../log/log.ts';
import { Problem } from '../../problem.ts';
import { createSecrets } from '../../secrets/secrets.ts';
import { startWorker } from '../worker.ts';
import { enqueueWork, type NewWork, RUN_WORK, releaseWork } from './enqueue.ts';
import { recoverWork, runWork } from './outbox.ts';
import { removeWork, retryWork } from './redrive.ts';
import type { WorkJob, WorkKind, WorkKinds } from './work.ts';

// No application: its worker would take these jobs, whose kinds only this test knows.
let database: TestDatabase;
let platform: Platform;
let orgId: string;
let now: Date;
let kinds: WorkKinds;

beforeAll(async () => {
  database = await createTestDatabase();
  const config = loadConfig({ LOG_LEVEL: 'fatal', LOCAL_AUTH_TOKEN: 'test-'.repeat(10) });
  platform = {
    config,
    db: database.db,
    databaseUrl: database.url,
    log: createLog(config),
    secrets: createSecrets(Buffer.alloc(32)),
    reactions: new Map(),
    now: () => now,
  };
});
beforeEach(async () => {
  now = new Date('2026-03-01T08:00:00Z');
  kinds = {};
  orgId = newId();
  await database.db.insertInto('organizations').values({ id: orgId, name: 'Jobs' }).execute();
});
afterAll(() => database.drop());

const write = <T>(work: (tx: TxContext) => Promise<T>) => inTransaction(systemContext(platform, orgId), work);
const enqueue = (work: Partial<NewWork> = {}) =>
  write((tx) => enqueueWork(tx, { kind: 'test.run', payload: {}, ...work }));
const run = (id: string) => runWork(platform, kinds, id);
const read = (id: string) =>
  database.db.selectFrom('work_jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const does = (work: WorkKind['run'], more: Partial<WorkKind> = {}) => {
  kinds['test.run'] = { run: work, ...more };
};
const fails = () => {
  throw new Error('out of order');
};
/** Lets time pass until the next try. */
const untilRetry = async (id: string) => {
  const { next_retry_at } = await read(id);
  const waitedMs = Date.parse(String(next_retry_at)) - now.getTime();
  now = new Date(String(next_retry_at));
  return waitedMs;
};

it('runs eight jobs of one lane at once and no more, others beside them, and the ninth when one has ended', async () => {
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let running = 0;
  does(async (_ctx, { payload }) => {
    running += 1;
    if (payload.isHeld === true) await held;
    running -= 1;
  });
  const ids = await Promise.all(
    Array.from({ length: 9 }, () => enqueue({ lane: 'office', payload: { isHeld: true } })),
  );
  const begun = Promise.all(ids.map(run));
  const states = async () => (await Promise.all(ids.map(read))).map(({ state }) => state).sort();
  await expect.poll(() => running).toBe(8);
  const left = (await Promise.all(ids.map(read))).filter(({ state }) => state === 'queued');
  expect(left).toHaveLength(1);
  await run(left[0]?.id ?? '');
  expect([running, (await read(left[0]?.id ?? '')).state]).toEqual([8, 'queued']);
  const other = await enqueue({ lane: 'elsewhere' });
  await run(other);
  expect((await read(other)).state).toBe('succeeded');
  letGo();
  await begun;
  await run(left[0]?.id ?? '');
  expect(new Set(await states())).toEqual(new Set(['succeeded']));
});

it('runs a job once, with what it is about, and keeps its result', async () => {
  const seen: WorkJob[] = [];
  does(async (ctx, job) => {
    seen.push(job);
    return { org: ctx.orgId };
  });
  const id = await enqueue({ payload: { n: 1 }, subject: { kind: 'agent', id: 'x' } });
  await run(id);
  await run(id);
  expect(seen).toMatchObject([
    { id, payload: { n: 1 }, subject: { kind: 'agent', id: 'x' }, attempts: 1, max_attempts: 8 },
  ]);
  expect(await read(id)).toMatchObject({ state: 'succeeded', result: { org: orgId }, attempts: 1, leased_until: null });
});

it('231: a failure is tried again with growing delay up to 8 attempts, then it is dead', async () => {
  const given: unknown[] = [];
  does(fails, { whenGivenUp: async (_tx, job, error) => void given.push([job.attempts, error.code]) });
  const id = await enqueue();
  const delays: number[] = [];
  for (let attempt = 1; attempt < 8; attempt++) {
    await run(id);
    expect(await read(id)).toMatchObject({ state: 'queued', attempts: attempt, error: { code: 'internal' } });
    await run(id); // not its time
    delays.push(await untilRetry(id));
  }
  await run(id);
  expect(await read(id)).toMatchObject({ state: 'dead', attempts: 8, next_retry_at: null });
  expect(given).toEqual([[8, 'internal']]);
  for (const [n, delayMs] of delays.entries()) {
    const planned = Math.min(10_000 * 2 ** n, 600_000);
    expect(delayMs).toBeGreaterThanOrEqual(planned * 0.9);
    expect(delayMs).toBeLessThanOrEqual(planned * 1.1);
  }
});

it('231: a Problem ends a job at once, unless the same call may succeed later', async () => {
  does(() => {
    throw new Problem('thing.refused', 409, 'No.');
  });
  const refused = await enqueue();
  await run(refused);
  expect(await read(refused)).toMatchObject({
    state: 'failed',
    attempts: 1,
    error: { code: 'thing.refused', message: 'No.' },
  });
  does(() => {
    throw new Problem('gateway.unreachable', 502, 'Away.');
  });
  const away = await enqueue();
  await run(away);
  expect(await read(away)).toMatchObject({ state: 'queued', error: { code: 'gateway.unreachable' } });
});

it('231: what a dead process left is run again when its lease has passed, and not before', async () => {
  const id = await enqueue();
  let crash: () => void = () => undefined;
  const crashed = new Promise<never>((_, reject) => {
    crash = () => reject(new Error('gone'));
  });
  let began: () => void = () => undefined;
  const isRunning = new Promise<void>((resolve) => {
    began = resolve;
  });
  does(() => {
    began();
    return crashed;
  });
  const dying = run(id);
  await isRunning;
  does(async () => 'done by another');
  await recoverWork(platform);
  await run(id);
  expect(await read(id)).toMatchObject({ state: 'running', attempts: 1 });
  await sql`update work_jobs set leased_until = clock_timestamp() - interval '1 second' where id = ${id}`.execute(
    database.db,
  );
  await recoverWork(platform);
  await run(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 2, result: 'done by another' });
  crash();
  await dying;
});

it('a job whose process dies at every try is dead after the last', async () => {
  does(async () => 'never');
  const id = await enqueue();
  await sql`update work_jobs set state = 'running', attempts = 8, leased_until = clock_timestamp() - interval '1 second'
    where id = ${id}`.execute(database.db);
  await recoverWork(platform);
  await run(id);
  expect(await read(id)).toMatchObject({ state: 'dead', error: { code: 'internal' } });
});

it('231: a job of a kind that nobody does is dead, not dropped', async () => {
  const id = await enqueue({ kind: 'test.unknown' });
  await run(id);
  expect(await read(id)).toMatchObject({ state: 'dead', error: { code: 'job.kind_unknown' } });
});

it('jobs of a queue run one at a time in the order they were made, also past a retry', async () => {
  const order: unknown[] = [];
  let isBroken = true;
  does(async (_ctx, { payload }) => {
    if (payload.n === 1 && isBroken) fails();
    order.push(payload.n);
  });
  const ids: string[] = [];
  for (let n = 1; n <= 3; n++) {
    ids.push(await enqueue({ payload: { n }, queue: 'session:a' }));
    now = new Date(now.getTime() + 1);
  }
  const other = await enqueue({ payload: { n: 'other' }, queue: 'session:b' });
  for (const id of [...ids.toReversed(), other]) await run(id);
  expect(order).toEqual(['other']);
  isBroken = false;
  await untilRetry(ids[0] as string);
  for (const id of ids.toReversed()) await run(id);
  for (const id of ids.toReversed()) await run(id);
  await run(ids[2] as string);
  expect(order).toEqual(['other', 1, 2, 3]);
});

it('what waits for something is run when it is let go, to the next thing or at last, in order', async () => {
  const order: unknown[] = [];
  does(async (_ctx, { payload }) => void order.push(payload.n));
  const ids: string[] = [];
  for (let n = 1; n <= 2; n++) {
    ids.push(await enqueue({ payload: { n }, queue: 'session:c', waitsFor: 'board:x' }));
    now = new Date(now.getTime() + 1);
  }
  const elsewhere = await enqueue({ payload: { n: 'elsewhere' }, waitsFor: 'board:y' });
  const runAll = async () => {
    for (const id of [...ids, elsewhere]) await run(id);
  };
  await runAll();
  await write((tx) => releaseWork(tx, 'board:x', 'gateway:g'));
  await runAll();
  expect(order).toEqual([]);
  expect(await read(ids[0] as string)).toMatchObject({ state: 'queued', waits_for: 'gateway:g' });
  await write((tx) => releaseWork(tx, 'gateway:g'));
  await runAll();
  expect(order).toEqual([1, 2]);
});

it('one that waits does not hold up the rest of its queue', async () => {
  const order: unknown[] = [];
  does(async (_ctx, { payload }) => void order.push(payload.n));
  await enqueue({ payload: { n: 1 }, queue: 'session:f', waitsFor: 'board:z' });
  now = new Date(now.getTime() + 1);
  await run(await enqueue({ payload: { n: 2 }, queue: 'session:f' }));
  expect(order).toEqual([2]);
});

it('the worker takes jobs by itself after the commit, and every one of a queue', async () => {
  now = new Date();
  const order: number[] = [];
  kinds['test.worker'] = { run: async (_ctx, { payload }) => void order.push(Number(payload.n)) };
  const jobs = { [RUN_WORK]: (_: Platform, payload: unknown) => run((payload as { id: string }).id) };
  const worker = startWorker(platform, [{ name: 'test', jobs }]);
  await write(async (tx) => {
    for (let n = 0; n < 20; n++) {
      now = new Date(now.getTime() + 1);
      await enqueueWork(tx, { kind: 'test.worker', payload: { n }, queue: 'session:d' });
    }
  });
  while (order.length < 20) await sleep(20); // the test's own time limit ends this
  await worker.stop();
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n));
});

it('a job that gave up gets all its tries again; one that runs or has succeeded does not', async () => {
  does(fails);
  const id = await enqueue({ maxAttempts: 1 });
  await run(id);
  expect(await read(id)).toMatchObject({ state: 'dead', attempts: 1 });
  expect(await write((tx) => retryWork(tx, id))).toBe(true);
  expect(await read(id)).toMatchObject({ state: 'queued', attempts: 0, error: null });
  does(async () => 'well');
  await run(id);
  expect(await read(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await write((tx) => retryWork(tx, id))).toBe(false);
});

it('a job that is forgotten lets the next of its queue go', async () => {
  const order: unknown[] = [];
  does(async (_ctx, { payload }) => {
    if (payload.n === 1) fails();
    order.push(payload.n);
  });
  const first = await enqueue({ payload: { n: 1 }, queue: 'session:e' });
  now = new Date(now.getTime() + 1);
  const second = await enqueue({ payload: { n: 2 }, queue: 'session:e' });
  await run(first);
  await run(second);
  expect(order).toEqual([]);
  expect(await write((tx) => removeWork(tx, first))).toBe(true);
  await run(second);
  expect(order).toEqual([2]);
});
