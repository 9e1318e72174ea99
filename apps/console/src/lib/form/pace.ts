const UNIT_S = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const DAY_S = UNIT_S.d;
const MIN_S = 30;
const MAX_S = 7 * DAY_S;

/** How often an agent may be woken by schedule, as people choose it. */
export const PACES = ['off', '30s', '1m', '2m', '5m', '10m', '15m', '30m', '1h'] as const;

/** Seconds between two scheduled turns; 0 for none, undefined for what is no interval from 30 s to 7 d. */
export function parsePace(every: string): number | undefined {
  const text = every.trim();
  if (/^(off|0[smhd]?)$/.test(text)) return 0;
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const seconds = Number(count) * UNIT_S[unit as keyof typeof UNIT_S]; // as the pattern allows
  return seconds >= MIN_S && seconds <= MAX_S ? seconds : undefined;
}

/** How many turns a day so many agents take at this pace; less than one as a share. */
export const toRunsPerDay = (everyS: number, agents: number): number => (everyS === 0 ? 0 : (DAY_S / everyS) * agents);
