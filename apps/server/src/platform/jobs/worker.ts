import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTaskList, type TaskList, type WorkerPool } from 'graphile-worker';
import pg from 'pg';
import type { Platform } from '../context.ts';
import type { JobHandler, Module } from '../module.ts';
import { connectionOptions } from '../postgres/database.ts';
import { Problem } from '../problem.ts';
import { toJobLogger } from './job-log.ts';
import { repeat } from './schedule.ts';

const CONCURRENCY = 8;
const MAX_CONNECTIONS = 4;
/** Jobs are announced by NOTIFY; polling finds those whose time has come. */
const POLL_MS = 1000;
const RESTART_MS = 1000;
/** After this long a job that still runs is handed back, for another try elsewhere. */
const STOP_MS = 4000;

export interface JobWorker {
  /** Whether jobs are being taken. */
  isRunning(): boolean;
  /** Finishes or hands back what runs, within a few seconds. */
  stop(): Promise<void>;
}

/** Runs the modules' jobs and recurring jobs in this process. */
export function startWorker(platform: Platform, modules: Module[]): JobWorker {
  const stopping = new AbortController();
  // Every recurring job waits on it.
  setMaxListeners(0, stopping.signal);
  const tasks = toTasks(platform, modules);
  const db = new pg.Pool({
    ...connectionOptions(platform.databaseUrl),
    max: MAX_CONNECTIONS,
    application_name: 'mission-control jobs',
  });
  db.on('error', (error) => platform.log.warn({ err: error }, 'a job connection was lost'));
  const schedules = modules.flatMap((module) => module.recurring ?? []);
  const repeating = Promise.all(schedules.map((job) => repeat(platform, job, stopping.signal)));
  let worker: WorkerPool | undefined;

  async function keepWorking(): Promise<void> {
    while (!stopping.signal.aborted) {
      worker = runTaskList(
        {
          pgPool: db,
          logger: toJobLogger(platform.log),
          concurrency: CONCURRENCY,
          pollInterval: POLL_MS,
          noHandleSignals: true,
        },
        tasks,
        db,
      );
      await worker.promise.catch((error) => platform.log.error({ err: error }, 'the job worker ended'));
      worker = undefined;
      // The database went away in the middle of a job: begin again. An abort ends the wait at once.
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }
  const working = keepWorking();

  return {
    isRunning: () => worker !== undefined,
    async stop() {
      stopping.abort();
      await Promise.race([Promise.all([worker?.gracefulShutdown(), repeating]), sleep(STOP_MS)]);
      if (worker) await worker.forcefulShutdown('The server is shutting down.');
      await working;
      await db.end();
    },
  };
}

function toTasks(platform: Platform, modules: Module[]): TaskList {
  const handlers = modules.flatMap((module) => Object.entries(module.jobs ?? {}));
  return Object.fromEntries(handlers.map(([name, handler]) => [name, toTask(platform, name, handler)]));
}

/** A Problem is an answer: it ends the job. Anything else is thrown on, to be tried again and to end as dead. */
const toTask = (platform: Platform, name: string, handler: JobHandler) => async (payload: unknown) => {
  try {
    await handler(platform, payload);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    platform.log.warn({ job: name, code: error.code }, `job ended: ${error.message}`);
  }
};
