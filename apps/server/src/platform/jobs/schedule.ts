import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Platform } from '../context.ts';
import type { RecurringJob } from '../module.ts';

/** A run belongs to its instance this long and is renewed meanwhile; another takes over when the instance dies. */
const LEASE_MS = 60_000;
const MIN_WAIT_MS = 50;

/** Runs one recurring job whenever it is due, on one instance of the deployment at a time, until `signal` aborts. */
export async function repeat(platform: Platform, job: RecurringJob, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let waitMs = job.everyMs;
    try {
      if (await claim(platform, job)) await runClaimed(platform, job);
      waitMs = await findWait(platform, job);
    } catch (error) {
      platform.log.warn({ err: error, job: job.name }, 'the schedule could not reach the database');
    }
    // An abort ends the wait at once; the loop's condition acts on it.
    await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

async function claim({ db }: Platform, { name }: RecurringJob): Promise<boolean> {
  const { rows } = await sql`
    insert into recurring_jobs as job (name, next_at) values (${name}, clock_timestamp() + ${LEASE_MS} * interval '1 ms')
    on conflict (name) do update set next_at = excluded.next_at where job.next_at <= clock_timestamp()
    returning name`.execute(db);
  return rows.length > 0;
}

async function runClaimed(platform: Platform, job: RecurringJob): Promise<void> {
  const renewal = setInterval(() => void setNext(platform, job, LEASE_MS).catch(() => undefined), LEASE_MS / 3);
  try {
    await job.run(platform);
  } catch (error) {
    platform.log.error({ err: error, job: job.name }, 'a recurring job failed; it comes round again');
  } finally {
    clearInterval(renewal);
  }
  await setNext(platform, job, job.everyMs);
}

async function setNext({ db }: Platform, { name }: RecurringJob, afterMs: number): Promise<void> {
  await sql`update recurring_jobs set next_at = clock_timestamp() + ${afterMs} * interval '1 ms'
    where name = ${name}`.execute(db);
}

async function findWait({ db }: Platform, { name, everyMs }: RecurringJob): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select extract(epoch from next_at - clock_timestamp()) * 1000 as ms from recurring_jobs where name = ${name}`.execute(
    db,
  );
  return Math.min(Math.max(rows[0]?.ms ?? 0, MIN_WAIT_MS), everyMs);
}
