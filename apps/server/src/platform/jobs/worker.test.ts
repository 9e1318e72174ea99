import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../../test/app.ts';
import { inTransaction, type Platform, systemContext } from '../context.ts';
import type { Module } from '../module.ts';
import { Problem } from '../problem.ts';
import { enqueue } from './queue.ts';
import { type JobWorker, startWorker } from './worker.ts';

let app: TestApp;
let workers: JobWorker[] = [];
beforeAll(async () => {
  app = await createTestApp();
});
afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
});
afterAll(() => app.close());

const work = (module: Omit<Module, 'name'>) => workers.push(startWorker(app.platform, [{ name: 'test', ...module }]));

const add = (name: string, payload: Record<string, unknown>, options?: { maxAttempts?: number; jobKey?: string }) =>
  inTransaction(systemContext(app.platform, app.owner.orgId), (tx) => enqueue(tx, name, payload, options));

async function readJobs({ db }: Platform, name: string) {
  const { rows } = await sql<{ attempts: number; last_error: string | null; is_available: boolean }>`
    select attempts, last_error, attempts < max_attempts as is_available from graphile_worker.jobs
    where task_identifier = ${name}`.execute(db);
  return rows;
}

const until = async (holds: () => boolean | Promise<boolean>) => {
  while (!(await holds())) await sleep(20); // the test's own time limit ends this
};

it('runs a job with its payload once the transaction that added it commits, and removes it', async () => {
  const seen: unknown[] = [];
  work({ jobs: { 'test.run': async (_, payload) => void seen.push(payload) } });
  await add('test.run', { n: 1 });
  await until(() => seen.length > 0);
  expect(seen).toEqual([{ n: 1 }]);
  await until(async () => (await readJobs(app.platform, 'test.run')).length === 0);
});

it('does not run a job whose transaction is rolled back', async () => {
  const ctx = systemContext(app.platform, app.owner.orgId);
  const rolledBack = inTransaction(ctx, async (tx) => {
    await enqueue(tx, 'test.rolled_back', {});
    throw new Error('no');
  });
  await expect(rolledBack).rejects.toThrow('no');
  expect(await readJobs(app.platform, 'test.rolled_back')).toEqual([]);
});

it('keeps one waiting job per key, with the newest payload', async () => {
  await add('test.keyed', { n: 1 }, { jobKey: 'k' });
  await add('test.keyed', { n: 2 }, { jobKey: 'k' });
  const seen: unknown[] = [];
  work({ jobs: { 'test.keyed': async (_, payload) => void seen.push(payload) } });
  await until(() => seen.length > 0);
  expect(seen).toEqual([{ n: 2 }]);
});

it('ends a job at a Problem, without another try', async () => {
  let runs = 0;
  const handler = async () => {
    runs++;
    throw new Problem('test.refused', 409, 'No.');
  };
  work({ jobs: { 'test.problem': handler } });
  await add('test.problem', {});
  await until(async () => runs > 0 && (await readJobs(app.platform, 'test.problem')).length === 0);
  expect(runs).toBe(1);
});

it('keeps a job that fails for another try, and as dead after the last one', async () => {
  const handler = async () => {
    throw new Error('it is broken');
  };
  work({ jobs: { 'test.fails': handler, 'test.dies': handler } });
  await add('test.fails', {});
  await add('test.dies', {}, { maxAttempts: 1 });
  const failed = async (name: string) => (await readJobs(app.platform, name))[0]?.last_error === 'it is broken';
  await until(async () => (await failed('test.fails')) && (await failed('test.dies')));
  expect(await readJobs(app.platform, 'test.fails')).toMatchObject([{ attempts: 1, is_available: true }]);
  expect(await readJobs(app.platform, 'test.dies')).toMatchObject([{ attempts: 1, is_available: false }]);
});

it('hands a job back that does not end in time when the worker stops', async () => {
  let started = false;
  const handler = async () => {
    started = true;
    await sleep(60_000, undefined, { ref: false });
  };
  const worker = startWorker(app.platform, [{ name: 'test', jobs: { 'test.slow': handler } }]);
  await add('test.slow', {});
  await until(() => started);
  await worker.stop();
  expect(await readJobs(app.platform, 'test.slow')).toMatchObject([{ is_available: true }]);
  expect(worker.isRunning()).toBe(false);
});

it('runs a recurring job on one of two instances at a time, again and again, also after it failed', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const run = async () => {
    most = Math.max(most, ++running);
    await sleep(30);
    running--;
    runs++;
    if (runs === 1) throw new Error('once');
  };
  work({ recurring: [{ name: 'test.recur', everyMs: 50, run }] });
  work({ recurring: [{ name: 'test.recur', everyMs: 50, run }] });
  await until(() => runs >= 4);
  expect(most).toBe(1);
});
