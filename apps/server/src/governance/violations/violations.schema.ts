import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

export const Severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);
export const Enforcement = z.enum(['blocked', 'would_have', 'none']);
export const ViolationState = z.enum(['open', 'acknowledged', 'resolved', 'false_positive']);

export const Violation = z
  .object({
    id: z.uuid(),
    agent_id: z.uuid(),
    agent_slug: z.string(),
    agent_name: z.string(),
    version_id: z.uuid().nullable(),
    version_number: z.int().nullable(),
    run_id: z.uuid().nullable(),
    seq: z.int().nullable(),
    step_key: z.string().nullable(),
    tool: z.string().nullable(),
    code: z.string().describe('`capability.tool_undeclared`, …'),
    rule_ref: z.string().nullable(),
    mode: z.enum(['enforce', 'monitor']),
    verdict: z.enum(['block', 'require_approval', 'warn']),
    enforcement: Enforcement,
    severity: Severity,
    explanation: z.string(),
    args_view: z.unknown().describe('The redacted arguments: a payload value of the telemetry protocol.'),
    args_hash: z.string().nullable(),
    matched: z.array(z.unknown()),
    bundle: z.int().nullable(),
    degraded: z.boolean(),
    ts: z.iso.datetime(),
    state: ViolationState,
    note: z.string().nullable(),
    state_by: z.object({ kind: z.string(), id: z.string() }).nullable(),
    state_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Violation' });
export type Violation = z.infer<typeof Violation>;

/** Equal (agent, code, tool) within ten minutes are one line of the list. */
export const ViolationGroup = Violation.extend({ count: z.int() }).meta({ id: 'ViolationGroup' });
export type ViolationGroup = z.infer<typeof ViolationGroup>;

export const ViolationQuery = CursorQuery.extend({
  agent_id: z.uuid().optional(),
  run_id: z.uuid().optional(),
  code: z.string().max(128).optional(),
  enforcement: Enforcement.optional(),
  mode: z.enum(['enforce', 'monitor']).optional(),
  state: ViolationState.optional(),
  severity: Severity.optional(),
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
  grouped: z.stringbool().default(false),
});
export type ViolationQuery = z.infer<typeof ViolationQuery>;

export const ViolationUpdate = z
  .object({ state: ViolationState, note: z.string().max(4000).nullable() })
  .partial()
  .meta({ id: 'ViolationUpdate' });
export type ViolationUpdate = z.infer<typeof ViolationUpdate>;
