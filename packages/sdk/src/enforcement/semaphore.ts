/** Places for runs of one agent in this process; those beyond wait in order. */
export interface Semaphore {
  /** Waits for a place; the answer gives it back, once. */
  acquire: () => Promise<() => void>;
  resize: (places: number) => void;
}

export function createSemaphore(): Semaphore {
  let places = Number.POSITIVE_INFINITY;
  let taken = 0;
  const waiting: (() => void)[] = [];
  const admit = (): void => {
    while (taken < places) {
      const next = waiting.shift();
      if (!next) return;
      taken++;
      next();
    }
  };
  const toRelease = () => {
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      taken--;
      admit();
    };
  };
  return {
    acquire: async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        admit();
      });
      return toRelease();
    },
    resize: (next) => {
      places = next;
      admit();
    },
  };
}
