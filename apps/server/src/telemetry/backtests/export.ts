import { runBacktest } from './worker/run-worker.ts';
import type { BacktestTask } from './worker/task.ts';

/** All rows as NDJSON, computed again: what is stored now is asked, and no more is held than the reader takes. */
export async function* exportRows(task: BacktestTask, stopping: AbortSignal | undefined): AsyncGenerator<string> {
  for await (const message of runBacktest(task, stopping))
    if (message.kind === 'progress' && message.rows.length > 0)
      yield message.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}
