const UNIT_S = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);
const MIN_S = 30;
const MAX_S = 7 * 86_400;
const OFF = /^(off|0[smhd]?)$/;

/** Scheduled turns cost a model call each: off unless asked for. */
const DEFAULTS = { every: '0m', target: 'last', includeReasoning: false };

/** Whether the text asks for no scheduled turns. */
export const isHeartbeatOff = (every: string): boolean => OFF.test(every);

/** Whether the text is an interval from 30 s to 7 d such as `10m`, or off. */
export function isHeartbeatInterval(every: string): boolean {
  const seconds = toIntervalS(every);
  return isHeartbeatOff(every) || (seconds >= MIN_S && seconds <= MAX_S);
}

/** Seconds between two scheduled turns; 0 for none, and for what is no interval. */
export function toIntervalS(every: string): number {
  const [, count, unit] = /^([1-9][0-9]{0,5})([smhd])$/.exec(every) ?? [];
  return Number(count ?? 0) * (UNIT_S.get(unit ?? '') ?? 0);
}

/** What is stored of a heartbeat configuration: the given values over the defaults. */
export const toHeartbeatConfig = (given: object): object => ({ ...DEFAULTS, ...given });
