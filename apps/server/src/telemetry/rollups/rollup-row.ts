import { toHistogramJson } from '#server/platform/histograms/histogram.rules.ts';
import {
  type Column,
  copyStatement,
  date,
  float8,
  int8,
  jsonb,
  numeric8,
  text,
  timestamptz,
  uuid,
} from '#server/platform/postgres/copy.ts';
import { toDay } from '../batches/instants.rules.ts';
import type { Rollup } from './rollups.rules.ts';

export const ROLLUP_COLUMNS: Column<Rollup>[] = [
  uuid('org_id', (sum) => sum.place.orgId),
  date('day', (sum) => toDay(sum.place.t)),
  timestamptz('t', (sum) => sum.place.t),
  uuid('agent_id', (sum) => sum.place.agentId),
  uuid('version_id', (sum) => sum.place.versionId),
  text('dim', (sum) => sum.dim),
  text('dim_value', (sum) => sum.value),
  int8('n', (sum) => sum.n),
  int8('errors', (sum) => sum.errors),
  int8('blocked', (sum) => sum.blocked),
  int8('retries', (sum) => sum.retries),
  int8('tokens_input', (sum) => sum.tokens.input),
  int8('tokens_cache_read', (sum) => sum.tokens.cacheRead),
  int8('tokens_cache_write', (sum) => sum.tokens.cacheWrite),
  int8('tokens_output', (sum) => sum.tokens.output),
  int8('tokens_reasoning', (sum) => sum.tokens.reasoning),
  numeric8('cost_usd', (sum) => sum.cost),
  int8('unpriced_tokens', (sum) => sum.unpricedTokens),
  int8('dur_sum_us', (sum) => sum.durSumUs),
  jsonb('dur_hist', (sum) => toHistogramJson(sum.durBins)),
  jsonb('ttft_hist', (sum) => toHistogramJson(sum.ttftBins)),
  float8('score_sum', (sum) => sum.scoreSum),
  int8('score_n', (sum) => sum.scoreN),
];

export const COPY_MINUTES = copyStatement('rollup_1m', ROLLUP_COLUMNS);
export const COPY_HOURS = copyStatement('rollup_1h', ROLLUP_COLUMNS);
