import { z } from 'zod';

export const StepKind = z.enum(['llm', 'tool', 'subagent', 'human', 'reasoning', 'other']);
export type StepKind = z.infer<typeof StepKind>;

export const StepStatus = z.enum(['running', 'ok', 'error', 'blocked', 'cancelled', 'reused']);
export type StepStatus = z.infer<typeof StepStatus>;

/**
 * Where a payload is: inline (`v`), stored apart under its hash (`b`, read it at `/runs/{id}/payload?ref=`), or absent
 * and why (`x`; `forbidden`: it needs payload:read). `size` is in bytes.
 */
export const Payload = z
  .union([
    z.object({ v: z.unknown(), fid: z.enum(['exact', 'redacted', 'truncated']).optional() }),
    z.object({ b: z.string(), size: z.int(), fid: z.enum(['exact', 'redacted', 'truncated']).optional() }),
    z.object({ x: z.enum(['sampled', 'dropped', 'disabled', 'forbidden']), size: z.int().optional() }),
  ])
  .meta({ id: 'Payload' });
export type Payload = z.infer<typeof Payload>;

const instant = z.iso.datetime();
const micros = z.int();

/** One boundary crossing of a run. An open step has status `running` and no duration. */
export const Step = z
  .object({
    seq: z.int(),
    key: z.string(),
    parent_key: z.string().nullable(),
    attempt: z.int(),
    kind: StepKind,
    name: z.string(),
    status: StepStatus,
    started_at: instant,
    dur_us: micros.nullable(),
    wait_us: micros.nullable().describe('Waiting for a lease or an approval.'),
    ttft_us: micros.nullable().describe('Time to the first token.'),
    model: z.string().nullable(),
    provider: z.string().nullable(),
    tokens_input: z.int().nullable(),
    tokens_cache_read: z.int().nullable(),
    tokens_cache_write: z.int().nullable(),
    tokens_output: z.int().nullable(),
    tokens_reasoning: z.int().nullable(),
    cost_usd: z.number().nullable(),
    cost_source: z.enum(['prices', 'gateway']).nullable().describe('Who priced it: our price table, or the gateway.'),
    finish: z.string().nullable(),
    side_effect: z.string().nullable(),
    args_hash: z.string().nullable(),
    idem: z.string().nullable(),
    error_type: z.string().nullable(),
    error_message: z.string().nullable(),
    error_stack: z.string().nullable(),
    in_payload: Payload.nullable(),
    out_payload: Payload.nullable(),
    decision_id: z.uuid().nullable(),
    data_read: z.array(z.string()).nullable(),
    data_write: z.array(z.string()).nullable(),
  })
  .meta({ id: 'Step' });
export type Step = z.infer<typeof Step>;

/** All steps of a run as columns, sorted by start: what a waterfall of 50,000 rows needs in one request. */
export const StepSkeleton = z
  .object({
    fields: z.literal('skeleton'),
    base: instant.describe('Start of the run; `start_us` counts from here.'),
    max_seq: z.int().describe('Highest sequence number seen; −1 when there is no step.'),
    seq: z.array(z.int()),
    key: z.array(z.string()),
    parent: z.array(z.int()).describe('Index of the parent in these columns, −1 at the top.'),
    attempt: z.array(z.int()),
    kind: z.array(StepKind),
    name: z.array(z.string()),
    status: z.array(StepStatus),
    start_us: z.array(micros),
    dur_us: z.array(micros.nullable()),
    wait_us: z.array(micros.nullable()),
    tokens: z.array(z.int()).describe('Input plus output.'),
    model: z.array(z.string().nullable()),
  })
  .meta({ id: 'StepSkeleton' });
export type StepSkeleton = z.infer<typeof StepSkeleton>;

export const StepPage = z
  .object({ fields: z.literal('full'), items: z.array(Step), next_cursor: z.string().nullable() })
  .meta({ id: 'StepPage' });
export type StepPage = z.infer<typeof StepPage>;

export const StepQuery = z.object({
  fields: z.enum(['skeleton', 'full']).default('full'),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Of `full`; `skeleton` gives all.'),
  key: z.string().max(1024).optional().describe('Only the attempts of this step (`full`).'),
  after_seq: z.coerce.number().int().min(-1).optional().describe('Only what came after this sequence number (`full`).'),
});
export type StepQuery = z.infer<typeof StepQuery>;

/** What else was reported during a run: decisions that are not a plain allow, reasoning, checkpoints, exceptions, notes. */
export const RunEvent = z
  .object({
    seq: z.int(),
    t: z.enum(['decision', 'reason', 'checkpoint', 'entropy', 'exception', 'note', 'discard']),
    key: z.string().nullable().describe('The step it belongs to.'),
    ts: instant,
    body: z
      .record(z.string(), z.unknown())
      .describe('The fields of the event as reported; `text`, `state` and `args_view` are payload references.'),
  })
  .meta({ id: 'RunEvent' });
export type RunEvent = z.infer<typeof RunEvent>;

export const RunEventQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
  t: z.enum(['decision', 'reason', 'checkpoint', 'entropy', 'exception', 'note', 'discard']).optional(),
  after_seq: z.coerce.number().int().min(-1).optional(),
});
export type RunEventQuery = z.infer<typeof RunEventQuery>;

/** A place in a run where the searched text stands. */
export const RunSearchHit = z
  .object({
    seq: z.int(),
    key: z.string().nullable(),
    where: z.enum(['name', 'error', 'input', 'output', 'event']),
    snippet: z.string(),
  })
  .meta({ id: 'RunSearchHit' });
export type RunSearchHit = z.infer<typeof RunSearchHit>;
