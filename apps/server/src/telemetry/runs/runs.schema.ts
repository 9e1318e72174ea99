import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';
import { Payload } from '../steps/steps.schema.ts';

export const RunStatus = z.enum(['running', 'ok', 'error', 'cancelled', 'lost']);
export type RunStatus = z.infer<typeof RunStatus>;

export const RunSource = z.enum(['sdk', 'otlp', 'gateway']);
export type RunSource = z.infer<typeof RunSource>;

const instant = z.iso.datetime();
const count = z.int().nonnegative();

/** Tokens by kind: `input` includes both cache parts, `output` includes reasoning. */
export const TokenTotals = z.object({
  tokens_input: count,
  tokens_cache_read: count,
  tokens_cache_write: count,
  tokens_output: count,
  tokens_reasoning: count,
});

/** One execution of a task by an agent, as lists and live updates show it. */
export const Run = TokenTotals.extend({
  id: z.uuid(),
  agent_id: z.uuid(),
  agent_name: z.string().nullable().describe('null when the agent was deleted.'),
  agent_slug: z.string().nullable(),
  version_id: z.uuid().nullable(),
  agent_version_number: z.int().nullable(),
  producer_id: z.uuid().nullable(),
  root_run_id: z.uuid(),
  parent_run_id: z.uuid().nullable(),
  parent_step_key: z.string().nullable(),
  parent_verified: z.boolean().nullable().describe('false: the claimed parent is not a run of this organization.'),
  trace_id: z.string().nullable(),
  task_id: z.uuid().nullable(),
  board_id: z.uuid().nullable(),
  source: RunSource,
  user_ref: z.string().nullable(),
  session: z.string().nullable(),
  name: z.string().nullable(),
  entrypoint: z.string().nullable(),
  status: RunStatus,
  outcome: z.string().nullable(),
  error_type: z.string().nullable(),
  error_message: z.string().nullable(),
  started_at: instant,
  ended_at: instant.nullable(),
  last_event_at: instant,
  dur_us: z.int().nullable(),
  cost_usd: z.number().nullable().describe('null: no call of this run has a price.'),
  unpriced_tokens: count.describe('Above 0 the cost is a lower bound.'),
  steps: count.describe('Closed steps.'),
  llm_calls: count,
  tool_calls: count,
  errors: count,
  blocked: count,
  retries: count,
  violations: count,
  current_step: z.string().nullable().describe('Name of the newest step of a running run.'),
  max_seq: z.int().describe('Highest sequence number stored; grows with every batch.'),
  confidence: z.number().nullable(),
  score: z.number().nullable(),
  sampled: z.boolean().nullable().describe('false: payloads were left out by sampling.'),
  gap: z.boolean().describe('Events are missing.'),
  truncated: z.boolean().describe('More steps were reported than are stored.'),
  tags: z.record(z.string(), z.string()).nullable(),
}).meta({ id: 'Run' });
export type Run = z.infer<typeof Run>;

/** A run of the same tree, as a link. */
export const RunRef = Run.pick({
  id: true,
  agent_id: true,
  agent_name: true,
  agent_slug: true,
  name: true,
  status: true,
  started_at: true,
  dur_us: true,
  parent_step_key: true,
}).meta({ id: 'RunRef' });
export type RunRef = z.infer<typeof RunRef>;

/** Sums over a root run and everything it started. */
export const RunTree = TokenTotals.extend({
  runs: count,
  steps: count,
  llm_calls: count,
  tool_calls: count,
  errors: count,
  blocked: count,
  violations: count,
  cost_usd: z.number().nullable(),
  unpriced_tokens: count,
}).meta({ id: 'RunTree' });
export type RunTree = z.infer<typeof RunTree>;

export const RunDetail = Run.extend({
  in_payload: Payload.nullable(),
  out_payload: Payload.nullable(),
  config: Payload.nullable(),
  tree: RunTree,
  parent: RunRef.nullable(),
  children: z.array(RunRef).describe('Runs started by this one, oldest first, at most 200.'),
}).meta({ id: 'RunDetail' });
export type RunDetail = z.infer<typeof RunDetail>;

const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Filters of the run list; all given ones must hold. */
export const RunQuery = CursorQuery.extend({
  agent_id: z.uuid().optional(),
  agent_type: z.string().max(128).optional(),
  version_id: z.uuid().optional(),
  task_id: z.uuid().optional(),
  trace_id: z.string().max(64).optional(),
  status: z
    .union([RunStatus, z.array(RunStatus)])
    .optional()
    .describe('Repeat for several.'),
  source: RunSource.optional(),
  model: z.string().max(200).optional().describe('Runs with a call of this model.'),
  tool: z.string().max(256).optional().describe('Runs with a call of this tool.'),
  has_violation: flag.optional(),
  root_only: flag.optional().describe('Leaves out runs that another run started.'),
  min_cost: z.coerce.number().nonnegative().optional().describe('US dollars.'),
  min_dur_ms: z.coerce.number().min(0).max(1e12).optional(),
  q: z.string().max(200).optional().describe('A run id, or part of the name or the error text.'),
  from: instant.optional().describe('Started at or after.'),
  to: instant.optional().describe('Started before.'),
});
export type RunQuery = z.infer<typeof RunQuery>;
