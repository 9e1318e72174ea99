const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Looks that follow each other: hints that come close together make one. */
export interface Looks {
  wake(): void;
  /** Wakes, and waits until a look that began afterwards has ended, whatever came of it. */
  lookAnew(): Promise<void>;
  /** Waits for the look under way; no other follows. */
  stop(): Promise<void>;
}

/** `look` must not throw; hints within `gatherMs` of one begin the next. */
export function createLooks(look: () => Promise<void>, gatherMs: number): Looks {
  let looking: Promise<void> | undefined;
  let isHinted = false;
  let isStopped = false;
  /** Who waits for the look that begins next. */
  let waiters: (() => void)[] = [];

  const lookWhileHinted = async (): Promise<void> => {
    while (isHinted && !isStopped) {
      isHinted = false;
      const told = waiters;
      waiters = [];
      await look();
      for (const tell of told) tell();
      await sleep(gatherMs);
    }
    looking = undefined;
  };
  const wake = (): void => {
    isHinted = true;
    if (!isStopped) looking ??= lookWhileHinted();
  };
  return {
    wake,
    lookAnew() {
      const looked = new Promise<void>((resolve) => waiters.push(resolve));
      wake();
      return looked;
    },
    async stop() {
      isStopped = true;
      await looking;
      for (const tell of waiters) tell();
    },
  };
}
