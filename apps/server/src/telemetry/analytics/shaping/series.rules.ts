import { type Histogram, quantile } from '#server/platform/histograms/histogram.rules.ts';
import type { Series, SeriesMetric } from '../analytics.schema.ts';
import { groupByKey, keepLargest, OTHER } from './keys.rules.ts';

/** What a step of a line is made of. */
export interface StepTotal {
  key: string;
  step: number;
  n: number;
  errors: number;
  tokens_input: number;
  tokens_cache_read: number;
  tokens_cache_write: number;
  tokens_output: number;
  tokens_reasoning: number;
  cost_usd: number;
}

export interface StepBin {
  key: string;
  step: number;
  bin: number;
  n: number;
}

type Group = Omit<Series['groups'][number], 'name'>;

const SHARES: Partial<Record<SeriesMetric, number>> = { p50_ms: 0.5, p95_ms: 0.95, p99_ms: 0.99 };

/** The share of values that lie below a percentile; undefined for what is summed. */
export const toShare = (metric: SeriesMetric): number | undefined => SHARES[metric];

/** Lines of what is summed; a step without rows is zero, its rate unknown. */
export function toSumLines(
  rows: readonly StepTotal[],
  { metric, steps, limit }: { metric: SeriesMetric; steps: number; limit: number },
): Group[] {
  const weigh = (group: readonly StepTotal[]) => sum(group, metric === 'error_rate' ? 'errors' : metric);
  return toLines(groupByKey(rows), { limit, weigh }, (key, group) => {
    const byStep = groupSteps(group);
    return {
      key,
      value: toAmount(group, metric),
      points: Array.from({ length: steps }, (_, step) => toAmount(byStep.get(step) ?? [], metric)),
    };
  });
}

/** Lines of a percentile, in milliseconds. */
export function toPercentileLines(
  rows: readonly StepBin[],
  { share, steps, limit }: { share: number; steps: number; limit: number },
): Group[] {
  const weigh = (group: readonly StepBin[]) => group.reduce((total, { n }) => total + n, 0);
  return toLines(groupByKey(rows), { limit, weigh }, (key, group) => {
    const byStep = groupSteps(group);
    return {
      key,
      value: toPercentile(group, share),
      points: Array.from({ length: steps }, (_, step) => toPercentile(byStep.get(step) ?? [], share)),
    };
  });
}

/** The kinds of tokens, none counted twice: input without its cached parts, output without its reasoning. */
export function toKinds(rows: readonly StepTotal[]): StepTotal[] {
  return rows.flatMap((row) => {
    const kinds = {
      input: row.tokens_input - row.tokens_cache_read - row.tokens_cache_write,
      cache_read: row.tokens_cache_read,
      cache_write: row.tokens_cache_write,
      output: row.tokens_output - row.tokens_reasoning,
      reasoning: row.tokens_reasoning,
    };
    return Object.entries(kinds).map(([key, n]) => ({ ...NOTHING, key, step: row.step, tokens_input: Math.max(0, n) }));
  });
}

const NOTHING = {
  n: 0,
  errors: 0,
  tokens_input: 0,
  tokens_cache_read: 0,
  tokens_cache_write: 0,
  tokens_output: 0,
  tokens_reasoning: 0,
  cost_usd: 0,
};

function toLines<T extends { key: string }>(
  groups: ReadonlyMap<string, T[]>,
  { limit, weigh }: { limit: number; weigh: (group: T[]) => number },
  toLine: (key: string, group: T[]) => Group,
): Group[] {
  const { kept, rest } = keepLargest(groups, limit, weigh);
  const lines = kept.map(([key, group]) => toLine(key, group));
  return rest.length === 0 ? lines : [...lines, toLine(OTHER, rest.flat())];
}

function groupSteps<T extends { step: number }>(rows: readonly T[]): Map<number, T[]> {
  const steps = new Map<number, T[]>();
  for (const row of rows) {
    const known = steps.get(row.step);
    if (known) known.push(row);
    else steps.set(row.step, [row]);
  }
  return steps;
}

function toAmount(rows: readonly StepTotal[], metric: SeriesMetric): number | null {
  if (metric !== 'error_rate') return sum(rows, metric);
  const ended = sum(rows, 'runs');
  return ended === 0 ? null : sum(rows, 'errors') / ended;
}

function sum(rows: readonly StepTotal[], metric: SeriesMetric): number {
  return rows.reduce((total, row) => total + toNumber(row, metric), 0);
}

function toNumber(row: StepTotal, metric: SeriesMetric): number {
  switch (metric) {
    case 'tokens':
      return row.tokens_input + row.tokens_output;
    case 'tokens_input':
    case 'tokens_cache_read':
    case 'tokens_cache_write':
    case 'tokens_output':
    case 'tokens_reasoning':
    case 'cost_usd':
    case 'errors':
      return row[metric];
    default:
      return row.n;
  }
}

/** A percentile of bins that count microseconds, in milliseconds; null of none. */
export function toPercentile(bins: readonly { bin: number; n: number }[], share: number): number | null {
  const histogram: Histogram = {};
  for (const { bin, n } of bins) histogram[bin] = (histogram[bin] ?? 0) + n;
  const us = quantile(histogram, share);
  return us === null ? null : us / 1_000;
}
