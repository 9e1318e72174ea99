const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/** How long to wait before retry `n` (from 0): anything up to a bound that doubles, so that clients spread out. */
export const toBackoffMs = (n: number): number => Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** n);

/** Waits, without keeping the process alive unless asked to. Ends early when `signal` fires. */
export function sleep(ms: number, signal?: AbortSignal, hold: 'ref' | 'unref' = 'unref'): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (hold === 'unref') timer.unref();
    if (signal?.aborted) done();
    else signal?.addEventListener('abort', done);
  });
}
