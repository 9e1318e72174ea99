import type { Context } from '#server/platform/context.ts';
import { listDecided } from './waits.store.ts';

/** One look for all that wait, whatever their number. */
const LOOK_MS = 400;

interface Waiter {
  ctx: Context;
  id: string;
  resolve: () => void;
}

export interface Waits {
  /** Resolves when the approval is decided or overdue, after `ms`, or when the server stops. */
  until(ctx: Context, id: string, ms: number): Promise<void>;
}

/** Requests that are held until people have decided. */
export function createWaits(): Waits {
  const waiting = new Set<Waiter>();
  let isScheduled = false;

  const look = async (): Promise<void> => {
    const asked = [...waiting];
    const [first] = asked;
    if (!first) return;
    try {
      const decided = new Set(await listDecided(first.ctx, [...new Set(asked.map(({ id }) => id))]));
      for (const waiter of asked) if (decided.has(waiter.id)) waiter.resolve();
    } catch (error) {
      first.ctx.log.warn(
        { err: error },
        'approvals that processes wait for could not be looked at; they will be again',
      );
    }
  };
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setTimeout(async () => {
      await look();
      isScheduled = false;
      if (waiting.size > 0) schedule();
    }, LOOK_MS).unref();
  };

  return {
    until: (ctx, id, ms) =>
      new Promise((resolve) => {
        const done = (): void => {
          waiting.delete(waiter);
          clearTimeout(end);
          ctx.stopping?.removeEventListener('abort', done);
          resolve();
        };
        const waiter: Waiter = { ctx, id, resolve: done };
        const end = setTimeout(done, ms);
        ctx.stopping?.addEventListener('abort', done);
        waiting.add(waiter);
        schedule();
      }),
  };
}
