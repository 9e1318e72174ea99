const FIRST_MS = 500;
const MAX_MS = 30_000;
const JITTER = 0.2;
/** What does not heal by waiting is tried anew for those who changed it on the gateway. */
const LASTING_MS = 600_000;
/** A pairing is approved by somebody who waits for it. */
const PAIRING_MS = 30_000;

/** How a connection, or the try to make one, ended. */
export interface Ending {
  /** Tries without a connection that lasted, this one included. */
  failures: number;
  isTransient: boolean;
  code: string;
  /** The gateway said that it restarts, and how long it takes. */
  restartMs?: number | undefined;
}

/** When to try again, in ms. @param random From 0 to 1. */
export function toRetryMs({ failures, isTransient, code, restartMs }: Ending, random: number): number {
  if (code === 'gateway.pairing_required') return PAIRING_MS;
  if (!isTransient) return LASTING_MS;
  if (restartMs !== undefined && failures <= 1) return Math.min(restartMs, MAX_MS);
  const ms = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), MAX_MS);
  return ms * (1 - JITTER + 2 * JITTER * random);
}
