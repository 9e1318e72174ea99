import { quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { BaselineLevel } from '../anomalies.schema.ts';
import { upperShare } from './drift.rules.ts';
import { addSums, noSums, type Scale, type Sums, toScale } from './sums.rules.ts';

/** Sums of an agent by cell: `all`, `d13` (an hour of the day, UTC), `w37` (an hour of the week). */
export type Cells = Readonly<Record<string, Sums>>;

/** What is usual for an agent at some hour, ready to judge by. */
export interface Usual {
  level: BaselineLevel;
  sums: Sums;
  /** All hours together: what needs many runs is judged by them. */
  all: Sums;
  ms: Scale | undefined;
  tokens: Scale | undefined;
  /** The most tokens that a run honestly takes: three times the 99th percentile. */
  maxTokens: number;
  /** The share of failed runs, as bad as it may be by what was seen. */
  errorRate: number;
  /** Tries again per call. */
  retryRate: number;
  score: { mean: number; deviation: number } | undefined;
  /** Steps that hardly any successful run is without, and the share that is. */
  musts: { name: string; absence: number }[];
}

/** Below so many runs nothing is compared. */
export const MIN_RUNS = 50;
/** Runs that one hour and its neighbours need to speak for themselves. */
const MIN_CELL_RUNS = 200;
const HOURS = 24;
const WEEK_HOURS = 168;
const HOUR_MS = 3_600_000;
/** 1970 began on a Thursday; hour 0 is Monday 00:00. */
const THURSDAY_HOURS = 72;
const MIN_RETRY_RATE = 0.02;

const hourOfWeek = (at: number): number => (Math.floor(at / HOUR_MS) + THURSDAY_HOURS) % WEEK_HOURS;

/** The cells in which a moment counts. */
export function toCells(at: number): string[] {
  const hour = hourOfWeek(at);
  return ['all', `d${hour % HOURS}`, `w${hour}`];
}

/** The cells from which what is usual at a moment is made. */
export function aroundCells(at: number): string[] {
  const hour = hourOfWeek(at);
  return [
    'all',
    ...NEIGHBOURS.flatMap((shift) => [
      `d${(hour + shift + HOURS) % HOURS}`,
      `w${(hour + shift + WEEK_HOURS) % WEEK_HOURS}`,
    ]),
  ];
}

const NEIGHBOURS = [-1, 0, 1];

const around = (cells: Cells, prefix: string, hour: number, size: number): Sums =>
  NEIGHBOURS.reduce((sum, shift) => {
    const cell = cells[`${prefix}${(hour + shift + size) % size}`];
    return cell ? addSums(sum, cell) : sum;
  }, noSums());

/** What is usual at a moment, by the closest hours that say enough; undefined while the agent is being learned. */
export function toUsual(cells: Cells, at: number): Usual | undefined {
  const all = cells.all;
  if (!all || all.n < MIN_RUNS) return undefined;
  const hour = hourOfWeek(at);
  const week = around(cells, 'w', hour, WEEK_HOURS);
  if (week.n >= MIN_CELL_RUNS) return measure('hour_of_week', week, all);
  const day = around(cells, 'd', hour % HOURS, HOURS);
  if (day.n >= MIN_CELL_RUNS) return measure('hour_of_day', day, all);
  return measure('agent', all, all);
}

function measure(level: BaselineLevel, sums: Sums, all: Sums): Usual {
  return {
    ...{ level, sums, all },
    ms: toScale(sums.ms),
    tokens: toScale(sums.tokens),
    maxTokens: 3 * (quantile(all.tokens, 0.99) ?? Number.POSITIVE_INFINITY),
    errorRate: upperShare(all.errors, all.n),
    retryRate: Math.max(MIN_RETRY_RATE, all.retries / Math.max(1, all.calls - all.retries)),
    score: toScore(all),
    musts: toMusts(all),
  };
}

const MIN_SCORE_DEVIATION = 0.05;

function toScore({ score: { n, sum, squares } }: Sums): Usual['score'] {
  if (n < MIN_RUNS) return undefined;
  const mean = sum / n;
  return { mean, deviation: Math.max(MIN_SCORE_DEVIATION, Math.sqrt(Math.max(0, squares / n - mean ** 2))) };
}

/** Successful runs that make a step one that must be. */
const MIN_MUST_RUNS = 100;
const MUST_SHARE = 0.98;

function toMusts({ steps: { n, names } }: Sums): Usual['musts'] {
  if (n < MIN_MUST_RUNS) return [];
  return Object.entries(names)
    .filter(([, count]) => count / n >= MUST_SHARE)
    .map(([name, count]) => ({ name, absence: (Math.max(0, n - count) + 0.5) / (n + 1) }));
}
