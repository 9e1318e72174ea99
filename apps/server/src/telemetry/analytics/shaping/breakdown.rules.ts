import type { BreakdownRow } from '../analytics.schema.ts';
import { groupByKey, keepLargest, OTHER } from './keys.rules.ts';
import { type StepBin, type StepTotal, toPercentile } from './series.rules.ts';

/** Sums of one key. */
export interface KeyTotal extends StepTotal {
  blocked: number;
  retries: number;
  unpriced_tokens: number;
  dur_sum_us: number;
  score_sum: number;
  score_n: number;
}

interface Sorting {
  sort: 'cost_usd' | 'n' | 'errors';
  limit: number;
}

type Row = Omit<BreakdownRow, 'name' | 'agent_id'>;

/** A row per key, largest first; all that are too many are the last one. */
export function toBreakdown(
  totals: readonly KeyTotal[],
  bins: readonly StepBin[],
  { sort, limit }: Sorting,
): { items: Row[]; other: number } {
  const byKey = new Map(totals.map((total) => [total.key, total]));
  const binsOf = groupByKey(bins);
  // What costs nothing is ordered by how often it was.
  const most = Math.max(1, ...totals.map(({ n }) => n)) * 2;
  const { kept, rest } = keepLargest(byKey, limit, (total) => total[sort] + total.n / (most * 1e9));
  const items = kept.map(([key, total]) => toRow(key, [total], binsOf.get(key) ?? []));
  if (rest.length === 0) return { items, other: 0 };
  return { items: [...items, toRow(OTHER, rest, [])], other: rest.length };
}

function toRow(key: string, totals: readonly KeyTotal[], bins: readonly StepBin[]): Row {
  const sum = (pick: (total: KeyTotal) => number) => totals.reduce((all, total) => all + pick(total), 0);
  const [n, errors, scores] = [sum((t) => t.n), sum((t) => t.errors), sum((t) => t.score_n)];
  return {
    key,
    n,
    errors,
    error_rate: n === 0 ? null : errors / n,
    blocked: sum((t) => t.blocked),
    retries: sum((t) => t.retries),
    tokens_input: sum((t) => t.tokens_input),
    tokens_cache_read: sum((t) => t.tokens_cache_read),
    tokens_cache_write: sum((t) => t.tokens_cache_write),
    tokens_output: sum((t) => t.tokens_output),
    tokens_reasoning: sum((t) => t.tokens_reasoning),
    cost_usd: sum((t) => t.cost_usd),
    unpriced_tokens: sum((t) => t.unpriced_tokens),
    mean_ms: n === 0 ? null : sum((t) => t.dur_sum_us) / n / 1_000,
    p50_ms: toPercentile(bins, 0.5),
    p95_ms: toPercentile(bins, 0.95),
    score: scores === 0 ? null : sum((t) => t.score_sum) / scores,
  };
}
