import type { LatencyHistogram } from '../analytics.schema.ts';
import { groupByKey, keepLargest, OTHER } from './keys.rules.ts';
import { type StepBin, toPercentile } from './series.rules.ts';

/** Stored bins to a shown one: 32 to a doubling are more than a chart has pixels for. */
const MERGED = 8;
const BINS_PER_DOUBLING = 32;

type Group = Omit<LatencyHistogram['groups'][number], 'name'>;

/** A histogram of durations by key, over the bins from the shortest to the longest; most counted first. */
export function toLatency(bins: readonly StepBin[], limit: number): { edges_ms: number[]; groups: Group[] } {
  const places = bins.map(({ bin }) => Math.floor(bin / MERGED));
  const first = places.reduce((least, place) => Math.min(least, place), Number.POSITIVE_INFINITY);
  const last = places.reduce((most, place) => Math.max(most, place), Number.NEGATIVE_INFINITY);
  const length = bins.length === 0 ? 0 : last - first + 1;
  const { kept, rest } = keepLargest(groupByKey(bins), limit, countAll);
  const all = rest.length === 0 ? kept : [...kept, [OTHER, rest.flat()] as const];
  return {
    edges_ms: length === 0 ? [] : Array.from({ length: length + 1 }, (_, index) => toEdgeMs(first + index)),
    groups: all.map(([key, own]) => toGroup(key, own, { first, length })),
  };
}

/** Where a shown bin begins. */
const toEdgeMs = (place: number): number => 2 ** ((place * MERGED) / BINS_PER_DOUBLING) / 1_000;

const countAll = (bins: readonly StepBin[]): number => bins.reduce((total, { n }) => total + n, 0);

function toGroup(key: string, bins: readonly StepBin[], { first, length }: { first: number; length: number }): Group {
  const counts = Array.from({ length }, () => 0);
  for (const { bin, n } of bins) {
    const place = Math.floor(bin / MERGED) - first;
    counts[place] = (counts[place] ?? 0) + n;
  }
  return {
    key,
    n: countAll(bins),
    p50_ms: toPercentile(bins, 0.5),
    p95_ms: toPercentile(bins, 0.95),
    p99_ms: toPercentile(bins, 0.99),
    counts,
  };
}
