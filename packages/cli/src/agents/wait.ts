import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 500;

interface Wait<T> {
  timeoutS: number;
  look: () => Promise<T>;
  isOver: (seen: T) => boolean;
  /** Says how far it is; what is said twice in a row is written once. */
  say?: ((line: string) => void) | undefined;
  describe: (seen: T) => string;
}

/** Looks again and again until it is over or time is up; the last that was seen. */
export async function waitUntil<T>({ timeoutS, look, isOver, say, describe }: Wait<T>): Promise<T> {
  const until = Date.now() + timeoutS * 1_000;
  let said = '';
  while (true) {
    const seen = await look();
    const line = describe(seen);
    if (line !== said) say?.(line);
    said = line;
    if (isOver(seen) || Date.now() >= until) return seen;
    await sleep(EVERY_MS);
  }
}
