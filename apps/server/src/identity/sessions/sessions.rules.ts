const HOUR_MS = 3_600_000;
export const SLIDING_MS = 12 * HOUR_MS;
const ABSOLUTE_MS = 30 * 24 * HOUR_MS;
/** How often a used session is written down. */
const TOUCH_MS = 60_000;

/** When a session that is used now ends: 12 h later, 30 days after its start at most. */
export const sessionEnd = (createdAt: Date, now: Date): Date =>
  new Date(Math.min(now.getTime() + SLIDING_MS, createdAt.getTime() + ABSOLUTE_MS));

export const isTouchDue = (lastSeenAt: Date, now: Date): boolean => now.getTime() - lastSeenAt.getTime() >= TOUCH_MS;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a browser page of `origin` is our own console: the base URL, its loopback aliases, or a listed origin. */
export function isOwnOrigin(origin: string, baseUrl: string, corsOrigins: readonly string[]): boolean {
  if (corsOrigins.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const own = new URL(baseUrl);
  const theirs = new URL(origin);
  if (theirs.origin === own.origin) return true;
  return (
    theirs.protocol === own.protocol &&
    theirs.port === own.port &&
    LOOPBACK.has(own.hostname) &&
    LOOPBACK.has(theirs.hostname)
  );
}
