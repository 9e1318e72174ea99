const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const LONGEST_DAYS = 31;
/** Who asks for the last three days asks for some seconds more by the time it is read. */
const SLACK_MS = 5 * MINUTE_MS;
/** Up to here minutes are read, and whole steps of five of them. */
const MINUTES_MS = 6 * HOUR_MS;
/** Rollups of minutes are there at least so long. */
const MINUTES_KEPT_MS = 24 * HOUR_MS;
/** Beyond this answers begin with a day of UTC. */
const HOURS_MS = 1.5 * DAY_MS;

/** The range of an answer, on whole steps of what it is read from. */
export interface Window {
  from: Date;
  to: Date;
  grain: 'minute' | 'hour' | 'day';
}

/** What a range asks for; undefined when it is empty or too long. */
export function toWindow(range: { from?: string | undefined; to?: string | undefined }, now: Date): Window | undefined {
  const to = range.to === undefined ? now.getTime() : Date.parse(range.to);
  const from = range.from === undefined ? to - DAY_MS : Date.parse(range.from);
  if (from >= to || to - from > LONGEST_DAYS * DAY_MS + SLACK_MS) return undefined;
  const isRecent = now.getTime() - from <= MINUTES_KEPT_MS;
  const [grain, floorMs] =
    to - from <= MINUTES_MS + SLACK_MS && isRecent
      ? (['minute', 5 * MINUTE_MS] as const)
      : to - from <= HOURS_MS + SLACK_MS
        ? (['hour', HOUR_MS] as const)
        : (['day', DAY_MS] as const);
  const endMs = grain === 'minute' ? MINUTE_MS : HOUR_MS;
  return {
    from: new Date(Math.floor(from / floorMs) * floorMs),
    to: new Date(Math.ceil(to / endMs) * endMs),
    grain,
  };
}

/** Whose rows answer: the whole fleet's, those of agents, or of ended runs by task or board. */
export type Reach = 'fleet' | 'agents' | 'runs';

interface Detail {
  /** Few enough rows for hours of thirty days: no more than one agent's, and no histograms of many values. */
  isSmall: boolean;
  /** Needs no histograms: hours of many agents may be read for some days. */
  isPlain: boolean;
}

/** Seconds between two points of a line: as fine as the rows that are few enough to read. */
export function toLineStepS({ from, to, grain }: Window, { isSmall, isPlain }: Detail): number {
  const lengthMs = to.getTime() - from.getTime();
  if (grain === 'minute') return lengthMs <= HOUR_MS + 5 * MINUTE_MS ? 60 : 300;
  if (grain === 'hour') return 3_600;
  if (!isSmall && !(isPlain && lengthMs <= 4.5 * DAY_MS)) return 86_400;
  return lengthMs <= 8.5 * DAY_MS ? 3 * 3_600 : 6 * 3_600;
}

/** Seconds of a column of a heat map. */
export const toColumnStepS = ({ grain }: Window): number => {
  if (grain === 'minute') return 900;
  return grain === 'day' ? 86_400 : 3_600;
};

export const countSteps = ({ from, to }: Window, stepS: number): number =>
  Math.ceil((to.getTime() - from.getTime()) / 1_000 / stepS);

/** Up to where hours and days have been summed; null when none has. */
export interface Marks {
  hour: Date | null;
  day: Date | null;
}

export type PartRows = 'minute' | 'hour' | 'run' | 'fleet_hour' | 'fleet_day' | 'agent_hour' | 'agent_day';

/** Rows of one kind and stretch of time. */
export interface Part {
  rows: PartRows;
  from: Date;
  to: Date;
}

/** What must be read for a window, coarse rows first and what is not summed yet last; together they cover it once. */
export function toParts(window: Window, reach: Reach, isByDay: boolean, marks: Marks): Part[] {
  if (window.grain === 'minute') return [{ ...window, rows: reach === 'runs' ? 'run' : 'minute' }];
  const parts: Part[] = [];
  let { from } = window;
  for (const [rows, mark] of toLayers(reach, isByDay, marks)) {
    const to = new Date(Math.min(mark.getTime(), window.to.getTime()));
    if (to <= from) continue;
    parts.push({ rows, from, to });
    from = to;
  }
  const rest = { rows: reach === 'runs' ? ('run' as const) : ('hour' as const), from, to: window.to };
  return from < window.to ? [...parts, rest] : parts;
}

/** The kinds of summed rows that may be read, and up to where each reaches. */
function toLayers(reach: Reach, isByDay: boolean, { hour, day }: Marks): [PartRows, Date][] {
  const days: PartRows = reach === 'fleet' ? 'fleet_day' : 'agent_day';
  const hours: PartRows = reach === 'fleet' ? 'fleet_hour' : 'agent_hour';
  return [
    ...(isByDay && day ? [[days, day] satisfies [PartRows, Date]] : []),
    // Hours of agents are summed by task and board only; else they are the rollups themselves.
    ...(reach !== 'agents' && hour ? [[hours, hour] satisfies [PartRows, Date]] : []),
  ];
}
