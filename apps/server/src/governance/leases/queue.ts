/** Who waits for a scope, and with which lease: their ids are in the order in which they were made. */
export interface Place {
  key: string;
  id: string;
}

/** Those of this instance that wait, by scope: woken when something of it was given back. */
export interface LeaseQueue {
  /** Waits until it is woken, `ms` have passed or `signal` aborts. */
  wait(place: Place, ms: number, signal: AbortSignal): Promise<void>;
  /** Wakes the first waiter of each scope; it looks, and wakes the next one when it gets what it wants. */
  wake(keys: readonly string[]): void;
}

export function createLeaseQueue(): LeaseQueue {
  const waiting = new Map<string, Map<string, () => void>>();
  return {
    wait: ({ key, id }, ms, signal) =>
      new Promise((resolve) => {
        const those = waiting.get(key) ?? new Map<string, () => void>();
        waiting.set(key, those);
        const end = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', end);
          if (those.get(id) === end) those.delete(id);
          if (those.size === 0 && waiting.get(key) === those) waiting.delete(key);
          resolve();
        };
        const timer = setTimeout(end, ms);
        if (signal.aborted) return end();
        signal.addEventListener('abort', end);
        those.set(id, end);
      }),
    wake(keys) {
      for (const key of keys) {
        const those = waiting.get(key);
        const [first] = [...(those?.keys() ?? [])].sort();
        if (first !== undefined) those?.get(first)?.();
      }
    },
  };
}
