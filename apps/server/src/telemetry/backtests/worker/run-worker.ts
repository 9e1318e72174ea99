import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { BacktestMessage, BacktestTask } from './task.ts';

const MAX_HEAP_MB = 512;

const SOURCE = new URL('./backtest-worker.ts', import.meta.url);
const BUILT = new URL('./backtest-worker.js', import.meta.url);
const LOADER = "import('tsx/esm/api').then(({ register }) => { register(); return import(workerData.entry); })";

/** Starts the thread: what is built beside `main.js`, or, in development and tests, the source with its loader. */
function startWorker(task: BacktestTask): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MB };
  if (!import.meta.url.endsWith('.ts')) return new Worker(BUILT, { workerData: task, resourceLimits });
  return new Worker(`const { workerData } = require('node:worker_threads'); ${LOADER}`, {
    ...{ eval: true, resourceLimits, execArgv: ['-C', 'mc-source'] },
    workerData: { ...task, entry: SOURCE.href },
  });
}

/**
 * Runs a back-test in a thread of its own; what is not taken from it holds it. Ending the iteration ends it, and so does
 * `stopping`, without a report.
 */
export async function* runBacktest(
  task: BacktestTask,
  stopping: AbortSignal | undefined,
): AsyncGenerator<BacktestMessage> {
  const worker = startWorker(task);
  const ended = new AbortController();
  let failure: unknown;
  worker.once('error', (error) => {
    failure = error;
  });
  worker.once('exit', () => ended.abort());
  const signal = stopping ? AbortSignal.any([stopping, ended.signal]) : ended.signal;
  try {
    for await (const [message] of on(worker, 'message', { signal })) {
      const said = message as BacktestMessage; // the worker's only words
      yield said;
      if (said.kind === 'report') return;
      worker.postMessage('go on');
    }
  } catch (error) {
    if (failure !== undefined) throw failure;
    if (!signal.aborted) throw error;
  } finally {
    await worker.terminate();
  }
}
