import { abortRuns } from '../channel/abort.ts';
import type { Client } from '../client.ts';
import { sleep } from '../transport/backoff.ts';

const EXIT_MS = 2_000;
/** How long running runs are waited for after SIGTERM. */
const DRAIN_MS = 10_000;
const LOOK_MS = 50;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Sends what is left and gives leases back when the process ends by itself or by a signal, for at most 2 s. SIGTERM lets running runs end
 * first, for at most 10 s, and no new ones begin; asked twice, it does not wait. Handlers of the host are not touched: a
 * signal that only we listen to ends the process as if we had not, and a host that listens decides by itself what still
 * runs. Answers how to take the handlers back.
 */
export function flushOnExit(client: Client): () => void {
  const { flusher, leases, settings } = client;
  let isFlushed = false;
  const leave = () => Promise.all([flusher.stop(EXIT_MS), leases.close(EXIT_MS)]);
  const onExit = (): void => {
    if (isFlushed) return;
    isFlushed = true;
    void leave();
  };
  const end = async (signal: NodeJS.Signals, isOnlyOurs: boolean): Promise<void> => {
    if (isOnlyOurs && signal === 'SIGTERM' && !client.isLeaving) await drain(client);
    await leave();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    const isOnlyOurs = process.listenerCount(signal) === 1;
    void end(signal, isOnlyOurs).finally(() => {
      remove();
      if (isOnlyOurs) process.kill(process.pid, signal);
    });
  };
  process.on('beforeExit', onExit);
  if (settings.signals) for (const signal of SIGNALS) process.on(signal, onSignal);
  const remove = (): void => {
    process.off('beforeExit', onExit);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  return remove;
}

/** Lets no new run begin and waits for those that run; what is still there then is told to end. */
async function drain(client: Client): Promise<void> {
  const { activeRuns } = client.metrics;
  client.isLeaving = true;
  const until = performance.now() + DRAIN_MS;
  while (activeRuns.size > 0 && performance.now() < until) await sleep(LOOK_MS, undefined, 'ref');
  abortRuns(activeRuns.values(), 'the process ends');
}
