import type { BreakerIr } from '@mission-control/policy/evaluate';
import { type Histogram, quantile, toValue } from '#server/platform/histograms/histogram.rules.ts';

/** What was counted of a breaker's calls. Durations are in microseconds. */
export interface Sums {
  n: number;
  errors: number;
  violations: number;
  dur_hist: Histogram | null;
}

/** What a breaker compares: of `n` calls `bad` were so; `value` is in the unit of the rule's `over`. */
export interface Measure {
  n: number;
  bad: number;
  value: number;
}

type Watched = Pick<BreakerIr, 'watch' | 'over' | 'min'>;

/** Of the calls within a 95th percentile so many may be slower than it. */
const SLOW_SHARE = 0.05;
/** Standard deviations beyond which an excess is no accident. */
const CLEAR = 5;

/** Reads sums as the rule looks at them. */
export function toMeasure({ watch, over }: Watched, { n, errors, violations, dur_hist }: Sums): Measure {
  switch (watch) {
    case 'error_rate':
      return { n, bad: errors, value: n === 0 ? 0 : errors / n };
    case 'latency_p95':
      return { n, bad: countSlow(dur_hist, over), value: (quantile(dur_hist, 1 - SLOW_SHARE) ?? 0) / 1_000 };
    case 'violations':
      // Calls that were stopped never happened as calls.
      return { n: n + violations, bad: violations, value: violations };
  }
}

const countSlow = (histogram: Histogram | null, overMs: number): number =>
  Object.entries(histogram ?? {})
    .filter(([bin]) => toValue(Number(bin)) > overMs * 1_000)
    .reduce((sum, [, count]) => sum + count, 0);

/** Whether enough calls are over the threshold. */
export const isOver = (rule: Watched, { n, value }: Measure): boolean => n >= rule.min && value > rule.over;

/** Whether they are so far over it that it is no accident: five standard deviations of what the threshold lets expect. */
export function isClearlyOver(rule: Watched, measure: Measure): boolean {
  if (!isOver(rule, measure)) return false;
  if (rule.watch === 'violations') return measure.bad > rule.over + CLEAR * Math.sqrt(rule.over);
  const share = rule.watch === 'error_rate' ? rule.over : SLOW_SHARE;
  return measure.bad > measure.n * share + CLEAR * Math.sqrt(measure.n * share * (1 - share));
}

/** Whether the calls of one run are over the threshold, whatever their number; one bad call of three or more is forgiven. */
export const isRunOver = (rule: Watched, { n, bad, value }: Measure): boolean =>
  value > rule.over && (bad > 1 || n < 3 || rule.watch === 'violations');
