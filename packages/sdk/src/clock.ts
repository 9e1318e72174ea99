/** Microseconds since the epoch: the wall clock at process start plus a monotonic delta, so steps never run backwards. */
export const nowMicros = (): number => Math.round((performance.timeOrigin + performance.now()) * 1_000);

/** An instant as RFC 3339 with microseconds. */
export function toInstant(micros: number): string {
  const millis = Math.floor(micros / 1_000);
  const rest = String(micros - millis * 1_000).padStart(3, '0');
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`;
}

/** The UTC day of an instant, `yyyy-mm-dd`. */
export const toDay = (micros: number): string => new Date(micros / 1_000).toISOString().slice(0, 10);
