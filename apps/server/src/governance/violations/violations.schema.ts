import { z } from 'zod';
import { CursorQuery } from '#server/platform/http/page.schema.ts';
import { RiskFactor } from '../risk/risk.schema.ts';

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
    code: z.string().describe('`capability.tool_undeclared`, `policy.<kind of the rule>`, `control.killed`, …'),
    rule_ref: z.string().nullable(),
    line: z.int().nullable().describe('Of the policy’s text.'),
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
    assignee_user_id: z.uuid().nullable(),
    assignee_name: z.string().nullable(),
    note: z.string().nullable(),
    state_by: z.object({ kind: z.string(), id: z.string() }).nullable(),
    state_at: z.iso.datetime().nullable(),
    risk_score: z.number().nullable().describe('0..1; null until it was assessed, some seconds later.'),
    risk_factors: z.array(z.object({ factor: RiskFactor, weight: z.number() })).nullable(),
    approval_id: z.uuid().nullable(),
    history_hash: z.string().nullable().describe('SHA-256 over the steps of its run before it.'),
  })
  .meta({ id: 'Violation' });
export type Violation = z.infer<typeof Violation>;

/** What the run had done and said last; kept for 30 days, also when the run is gone. */
export const ViolationContext = z
  .object({
    run_name: z.string().nullable(),
    steps: z.array(
      z.object({
        seq: z.int(),
        key: z.string(),
        kind: z.string(),
        name: z.string(),
        status: z.string(),
        ts: z.string(),
      }),
    ),
    last_call: z
      .object({ key: z.string(), in: z.unknown(), out: z.unknown() })
      .nullable()
      .describe('The last call of a model before, as payload values of the telemetry protocol.'),
  })
  .meta({ id: 'ViolationContext' });
export type ViolationContext = z.infer<typeof ViolationContext>;

export const ViolationDetail = Violation.extend({
  context: ViolationContext.nullable().describe('For people; null when it is gone or not gathered yet.'),
}).meta({ id: 'ViolationDetail' });
export type ViolationDetail = z.infer<typeof ViolationDetail>;

/** Equal (agent, rule, tool) within ten minutes are one line of the list. */
export const ViolationGroup = Violation.extend({ count: z.int() }).meta({ id: 'ViolationGroup' });
export type ViolationGroup = z.infer<typeof ViolationGroup>;

export const ViolationQuery = CursorQuery.extend({
  agent_id: z.uuid().optional(),
  run_id: z.uuid().optional(),
  code: z.string().max(128).optional(),
  rule: z.string().max(256).optional().describe('`policy@version:rule`, or `policy:rule` in whatever version.'),
  tool: z.string().max(256).optional(),
  assignee_user_id: z.uuid().optional(),
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
  .object({
    state: ViolationState,
    assignee_user_id: z.uuid().nullable(),
    note: z.string().max(4000).nullable(),
  })
  .partial()
  .meta({ id: 'ViolationUpdate' });
export type ViolationUpdate = z.infer<typeof ViolationUpdate>;
