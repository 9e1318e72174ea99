import type { Flusher } from '../transport/flusher.ts';

const EXIT_MS = 2_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Sends what is left when the process ends by itself or by a signal, for at most 2 s. Handlers of the host are not
 * touched: a signal that only we listen to ends the process as if we had not. Answers how to take the handlers back.
 */
export function flushOnExit(flusher: Flusher, signals: boolean): () => void {
  let isFlushed = false;
  const onExit = (): void => {
    if (isFlushed) return;
    isFlushed = true;
    void flusher.stop(EXIT_MS);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const isOnlyOurs = process.listenerCount(signal) === 1;
    void flusher.stop(EXIT_MS).finally(() => {
      remove();
      if (isOnlyOurs) process.kill(process.pid, signal);
    });
  };
  process.on('beforeExit', onExit);
  if (signals) for (const signal of SIGNALS) process.on(signal, onSignal);
  const remove = (): void => {
    process.off('beforeExit', onExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  return remove;
}
