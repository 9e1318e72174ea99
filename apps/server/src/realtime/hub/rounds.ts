import type { EventRow } from '#server/platform/events/events.store.ts';

/** At most one round in this time; the first after a pause comes at once. */
const ROUND_MS = 50;

/** Gathers facts into rounds, one after the other, so that states of one row within a round can become one message. */
export interface Rounds {
  add(rows: EventRow[]): void;
  stop(): void;
}

/** `send` must not reject. */
export function createRounds(send: (rows: EventRow[]) => Promise<void>): Rounds {
  let waiting: EventRow[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;

  const run = async () => {
    lastAt = performance.now();
    const rows = waiting;
    waiting = [];
    await send(rows);
    timer = undefined;
    if (waiting.length > 0) schedule();
  };
  const schedule = () => {
    timer ??= setTimeout(() => void run(), Math.max(0, lastAt + ROUND_MS - performance.now())).unref();
  };
  return {
    add(rows) {
      waiting.push(...rows);
      if (waiting.length > 0) schedule();
    },
    stop: () => clearTimeout(timer),
  };
}
