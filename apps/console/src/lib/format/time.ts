const exactLocal = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const dayWithYear = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

/** How long ago, in one word: `now`, `12s`, `4m`, `3h`, `2d`, then the date. */
export function formatAge(atMs: number, nowMs: number): string {
  const s = Math.max(0, Math.round((nowMs - atMs) / 1_000));
  if (s < 2) return 'now';
  if (s < 60) return `${s}s ago`;
  if (s < 3_600) return `${Math.floor(s / 60)}m ago`;
  if (s < 86_400) return `${Math.floor(s / 3_600)}h ago`;
  if (s < 7 * 86_400) return `${Math.floor(s / 86_400)}d ago`;
  const sameYear = new Date(atMs).getFullYear() === new Date(nowMs).getFullYear();
  return (sameYear ? day : dayWithYear).format(atMs);
}

/** The instant in the viewer's zone and in UTC, for a tooltip. */
export const formatExact = (atMs: number) => `${exactLocal.format(atMs)}\n${new Date(atMs).toISOString()}`;

/** `14:03:27.412` in the viewer's zone. */
export const formatClock = (atMs: number) =>
  `${clock.format(atMs)}.${String(Math.floor(atMs) % 1_000).padStart(3, '0')}`;
