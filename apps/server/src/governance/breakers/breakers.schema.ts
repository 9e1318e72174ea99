import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

export const BreakerState = z.enum(['closed', 'open', 'half_open']);

export const Breaker = z
  .object({
    id: z.uuid(),
    key: z.string().describe('`policy:rule|agent`, and behind it `|v3` of a version or `|docs/read` of a tool.'),
    rule: z.string().describe('`policy@version:rule`.'),
    agent_id: z.uuid(),
    agent_slug: z.string(),
    agent_name: z.string(),
    version_id: z.uuid().nullable(),
    version_number: z.int().nullable(),
    tool: z.string().nullable(),
    mode: z.enum(['enforce', 'monitor']),
    watch: z.enum(['error_rate', 'latency_p95', 'violations']),
    over: z.number().describe('A share (0..1), milliseconds, or a number of violations.'),
    window_ms: z.int(),
    min_calls: z.int(),
    scope: z.enum(['agent', 'agent_version', 'tool']),
    action: z.enum(['pause', 'block_tool', 'route_version']),
    probes: z.int().describe('So many runs must go well before it closes.'),
    state: BreakerState,
    effect: z
      .enum(['none', 'alert', 'pause', 'block_tool', 'route_version'])
      .describe('What being open does: nothing under monitor, an alert when half of the type is paused already.'),
    held_by: z.object({ kind: z.string(), id: z.string() }).nullable().describe('The person who keeps it as it is.'),
    reason: z.string().nullable(),
    value: z.number().nullable().describe('What was measured when it opened last, in the unit of `over`.'),
    calls: z.int().nullable(),
    open_count: z.int().describe('How often it opened in a row, less one: doubles how long it stays open.'),
    opened_at: z.iso.datetime().nullable(),
    half_opened_at: z.iso.datetime().nullable(),
    closed_at: z.iso.datetime().nullable(),
    retry_at: z.iso.datetime().nullable(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Breaker' });
export type Breaker = z.infer<typeof Breaker>;

export const BreakerDetail = Breaker.extend({
  buckets: z
    .array(
      z.object({
        t: z.iso.datetime(),
        calls: z.int(),
        errors: z.int(),
        violations: z.int(),
        p95_ms: z.number().nullable(),
      }),
    )
    .describe('Calls of its window, by ten seconds.'),
  tries: z
    .array(
      z.object({
        run_id: z.uuid(),
        granted_at: z.iso.datetime(),
        outcome: z.enum(['ok', 'failed', 'void']).nullable(),
      }),
    )
    .describe('The runs that try whether it may close.'),
}).meta({ id: 'BreakerDetail' });
export type BreakerDetail = z.infer<typeof BreakerDetail>;

export const BreakerQuery = CursorQuery.extend({
  agent_id: z.uuid().optional(),
  state: BreakerState.optional(),
  held: z.stringbool().optional(),
  tool: z.string().max(256).optional(),
  policy: z.string().max(64).optional().describe('The name of a policy.'),
});
export type BreakerQuery = z.infer<typeof BreakerQuery>;

export const ProbeRequest = z
  .object({
    agent_id: z.uuid(),
    run: z.uuid(),
    tool: z.string().max(256).optional().describe('Without it, to begin at all.'),
  })
  .meta({ id: 'ProbeRequest' });
export type ProbeRequest = z.infer<typeof ProbeRequest>;

export const ProbeAnswer = z
  .object({
    status: z.enum(['granted', 'denied']),
    retry_after_ms: z.int().nullable(),
  })
  .meta({ id: 'ProbeAnswer' });
export type ProbeAnswer = z.infer<typeof ProbeAnswer>;
