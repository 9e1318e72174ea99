import type { Run } from '../runs/run.ts';

/** The signal of a run, which fires when it is ended from outside; made when somebody asks for it. */
export function signalOf(run: Run): AbortSignal {
  run.abort ??= new AbortController();
  return run.abort.signal;
}

/** Whether a run was ended from outside. */
export const isAborted = (run: Run): boolean => run.abort?.signal.aborted ?? false;

/** Ends runs from outside: their signals fire, and nothing governed begins in them any more. */
export function abortRuns(runs: Iterable<Run>, reason: string): void {
  for (const run of runs) {
    run.abort ??= new AbortController();
    run.abort.abort(new DOMException(reason, 'AbortError'));
  }
}
