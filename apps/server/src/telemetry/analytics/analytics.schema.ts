import { z } from 'zod';

const instant = z.iso.datetime();
const count = z.int().nonnegative();

/** A range of at most 31 days and whose figures: all given filters must hold. */
const Scope = z.object({
  from: instant
    .optional()
    .describe('24 hours before `to` when left out; whole hours, or days of UTC over longer ranges.'),
  to: instant.optional().describe('Now when left out.'),
  agent_id: z.uuid().optional(),
  agent_type: z.string().max(128).optional(),
  version_id: z.uuid().optional(),
  board_id: z.uuid().optional().describe('Agents of this board.'),
});
export type Scope = z.infer<typeof Scope>;

const model = z.string().max(256).optional().describe('Calls of this model only.');

/** What a line shows. Tokens of `input` include both cache parts, those of `output` include reasoning. */
export const SeriesMetric = z.enum([
  ...(['runs', 'calls', 'errors', 'error_rate', 'cost_usd', 'p50_ms', 'p95_ms', 'p99_ms'] as const),
  ...(['tokens', 'tokens_input', 'tokens_cache_read', 'tokens_cache_write', 'tokens_output'] as const),
  'tokens_reasoning',
]);
export type SeriesMetric = z.infer<typeof SeriesMetric>;

export const SeriesGroup = z.enum([
  'none',
  'agent',
  'agent_type',
  'version',
  'model',
  'tool',
  'token_kind',
  'error_type',
]);
export type SeriesGroup = z.infer<typeof SeriesGroup>;

export const SeriesQuery = Scope.extend({
  metric: SeriesMetric,
  group_by: SeriesGroup.default('none').describe('`token_kind` goes with the metric `tokens`.'),
  model,
  limit: z.coerce.number().int().min(1).max(50).default(8).describe('Lines; the rest counts as one more.'),
});
export type SeriesQuery = z.infer<typeof SeriesQuery>;

const key = z.string().describe('An id, a name, or `__other__` for all that are too many.');
const name = z.string().nullable().describe('What people call it; null when it is gone.');

const RangeShape = { from: instant, to: instant, step_s: z.int() };

export const Series = z
  .object({
    ...RangeShape,
    metric: SeriesMetric,
    groups: z
      .array(
        z.object({
          key,
          name,
          value: z.number().nullable().describe('Over the whole range.'),
          points: z.array(z.number().nullable()).describe('One per step from `from`; null where nothing was measured.'),
        }),
      )
      .describe('Largest first.'),
    unpriced_tokens: count.describe('Above 0 a cost is a lower bound.'),
  })
  .meta({ id: 'Series' });
export type Series = z.infer<typeof Series>;

export const LatencyOf = z.enum(['run', 'model', 'tool', 'first_token']);
export type LatencyOf = z.infer<typeof LatencyOf>;

export const LatencySplit = z.enum(['none', 'agent', 'version', 'model', 'tool', 'prompt_size']);
export type LatencySplit = z.infer<typeof LatencySplit>;

export const HistogramQuery = Scope.extend({
  of: LatencyOf.default('run').describe('Durations of runs, calls of models or tools, or the time to the first token.'),
  split: LatencySplit.default('none').describe('`prompt_size` and `model` go with models, `tool` with tools.'),
  model,
  limit: z.coerce.number().int().min(1).max(30).default(12),
});
export type HistogramQuery = z.infer<typeof HistogramQuery>;

const milliseconds = z.number().nullable();

export const LatencyHistogram = z
  .object({
    ...RangeShape,
    edges_ms: z.array(z.number()).describe('Where bins begin, and where the last one ends; four to a doubling.'),
    groups: z.array(
      z.object({
        key: key.describe(
          'Of `prompt_size`: the power of two of the input tokens, 10 for up to 2,047, 20 for 1,048,576 and more.',
        ),
        name,
        n: count,
        p50_ms: milliseconds,
        p95_ms: milliseconds,
        p99_ms: milliseconds,
        counts: z.array(count).describe('One per bin.'),
      }),
    ),
  })
  .meta({ id: 'LatencyHistogram' });
export type LatencyHistogram = z.infer<typeof LatencyHistogram>;

export const HeatColumn = z.enum(['time', 'agent']);
export const HeatValue = z.enum(['calls', 'errors', 'p95_ms']);
export type HeatValue = z.infer<typeof HeatValue>;

export const HeatmapQuery = Scope.extend({
  x: HeatColumn.default('time').describe('Steps of the range, or agents.'),
  value: HeatValue.default('calls'),
});
export type HeatmapQuery = z.infer<typeof HeatmapQuery>;

export const Heatmap = z
  .object({
    ...RangeShape,
    columns: z.array(z.object({ key: key.describe('An instant or the id of an agent.'), name })),
    rows: z
      .array(z.object({ key, total: z.number(), cells: z.array(z.number().nullable()) }))
      .describe('Tools, most calls first, at most 40; a cell per column.'),
  })
  .meta({ id: 'Heatmap' });
export type Heatmap = z.infer<typeof Heatmap>;

export const BreakdownBy = z.enum([
  ...(['agent', 'agent_type', 'version', 'model', 'task', 'board', 'tool', 'error_type', 'prompt_size'] as const),
]);
export type BreakdownBy = z.infer<typeof BreakdownBy>;

export const BreakdownQuery = Scope.extend({
  by: BreakdownBy,
  model,
  sort: z.enum(['cost_usd', 'n', 'errors']).default('cost_usd'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type BreakdownQuery = z.infer<typeof BreakdownQuery>;

export const BreakdownRow = z
  .object({
    key,
    name,
    agent_id: z.uuid().nullable().describe('Of a version: its agent.'),
    n: count.describe(
      'Runs that ended, or calls where it is by model, tool or prompt size; failures by type of error.',
    ),
    errors: count,
    error_rate: z.number().nullable(),
    blocked: count,
    retries: count,
    tokens_input: count,
    tokens_cache_read: count,
    tokens_cache_write: count,
    tokens_output: count,
    tokens_reasoning: count,
    cost_usd: z.number(),
    unpriced_tokens: count.describe('Above 0 the cost is a lower bound.'),
    mean_ms: milliseconds,
    p50_ms: milliseconds.describe('Of all that are too many: null.'),
    p95_ms: milliseconds,
    score: z.number().nullable().describe('Mean of the scores of completion, 0 to 1.'),
  })
  .meta({ id: 'BreakdownRow' });
export type BreakdownRow = z.infer<typeof BreakdownRow>;

export const Breakdown = z
  .object({
    ...RangeShape,
    items: z.array(BreakdownRow),
    other: z.int().describe('Keys that are not listed; they count as `__other__`, the last item.'),
  })
  .meta({ id: 'Breakdown' });
export type Breakdown = z.infer<typeof Breakdown>;
