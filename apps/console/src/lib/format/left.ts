/** `2 d 4 h`, `3 h 12 min`, `42 s`: how long until an instant; undefined when it is past. */
export function formatLeft(atMs: number, nowMs: number): string | undefined {
  const s = Math.floor((atMs - nowMs) / 1_000);
  if (s <= 0) return undefined;
  if (s < 60) return `${s} s`;
  if (s < 3_600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3_600)} h ${Math.floor((s % 3_600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3_600)} h`;
}
