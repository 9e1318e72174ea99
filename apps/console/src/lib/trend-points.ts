const HOUR_MS = 3_600_000;

/** Counts of every hour or day of a stretch of time, those without any as zero. */
export function toTrendPoints(
  trend: readonly { t: string; count: number }[],
  { from, to, stepMs }: { from: string; to: string; stepMs: number },
): number[] {
  const first = Math.floor(Date.parse(from) / stepMs);
  const last = Math.floor(Date.parse(to) / stepMs);
  const points = Array.from({ length: last - first + 1 }, () => 0);
  for (const { t, count } of trend) {
    const at = Math.floor(Date.parse(t) / stepMs) - first;
    if (at in points) points[at] = (points[at] ?? 0) + count;
  }
  return points;
}

/** By the hour for a day, by the day for more. */
export const toStepMs = (hours: number): number => (hours <= 24 ? HOUR_MS : 24 * HOUR_MS);
