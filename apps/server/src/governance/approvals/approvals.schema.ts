import { z } from 'zod';
import { Flag, Instant, JsonMap } from '#server/platform/http/fields.schema.ts';
import { OffsetQuery, offsetPage } from '#server/platform/http/page.schema.ts';

export const ApprovalStatus = z.enum(['pending', 'approved', 'rejected']);
export type ApprovalStatus = z.infer<typeof ApprovalStatus>;

export const ApprovalKind = z.enum(['board', 'policy', 'gateway_exec', 'replay_step', 'change']);

export const ApprovalResolution = z.enum(['approved', 'rejected', 'expired', 'withdrawn', 'superseded']);

export const ApprovalDecisionRead = z
  .object({
    id: z.uuid(),
    approval_id: z.uuid(),
    user_id: z.uuid().nullable(),
    user_name: z.string().nullable(),
    delegated_by_user_id: z.uuid().nullable().describe('Whose voice it was, when it was lent.'),
    board_group_id: z.uuid().nullable().describe('The department that it spoke for.'),
    decision: z.enum(['approved', 'rejected']),
    comment: z.string().nullable(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'ApprovalDecisionRead' });

export const ApprovalRead = z
  .object({
    id: z.uuid(),
    kind: ApprovalKind,
    board_id: z.uuid().nullable().describe('Null when the agent that asks works on no board; admins decide then.'),
    run_id: z.uuid().nullable().describe('The run that waits.'),
    step_key: z.string().nullable().describe('The step of it that waits.'),
    tool: z.string().nullable(),
    rules: z.array(z.string()).describe('The rules of policies that ask, `policy@version:rule`.'),
    on_timeout: z.enum(['deny', 'allow', 'abort']).describe('What happens when nobody decides in time.'),
    escalation_level: z.int().describe('How many further people were asked as time passed.'),
    risk_score: z.number().nullable(),
    risk_factors: z.record(z.string(), z.number()).nullable(),
    task_id: z.uuid().nullable(),
    task_ids: z.array(z.uuid()),
    task_titles: z.array(z.string()),
    agent_id: z.uuid().nullable(),
    requested_by: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().nullable() }),
    action_type: z.string(),
    payload: z.record(z.string(), z.unknown()).nullable(),
    args_hash: z
      .string()
      .describe(
        'SHA-256 of the canonical JSON (RFC 8785) of `{action_type, task_ids, args}`; of `policy`, of the call.',
      ),
    confidence: z.number().min(0).max(100),
    rubric_scores: z.record(z.string(), z.int()).nullable(),
    status: ApprovalStatus,
    resolution: ApprovalResolution.nullable().describe('Says more of `rejected`: expired, withdrawn, superseded.'),
    required_approvals: z.int(),
    approvals_given: z.int(),
    eligible_group_ids: z.array(z.uuid()).describe('The departments that decide; empty = who may write on the board.'),
    decisions: z.array(ApprovalDecisionRead),
    expires_at: z.iso.datetime(),
    created_at: z.iso.datetime(),
    resolved_at: z.iso.datetime().nullable(),
    consumed_at: z.iso.datetime().nullable(),
    version: z.int(),
  })
  .meta({ id: 'ApprovalRead' });
export type ApprovalRead = z.infer<typeof ApprovalRead>;

const MAX_ARGS = 65_536;

export const ApprovalCreate = z
  .object({
    action_type: z.string().trim().min(1).max(200),
    task_id: z.uuid().nullable().default(null),
    task_ids: z.array(z.uuid()).max(1000).default([]),
    payload: JsonMap.nullable().default(null),
    args: z
      .unknown()
      .refine(
        (args) => (JSON.stringify(args) ?? '').length <= MAX_ARGS,
        `is longer than ${MAX_ARGS} characters of JSON`,
      )
      .optional()
      .describe('The exact arguments of the action, when they are not the payload.'),
    confidence: z.number().min(0).max(100),
    rubric_scores: z.record(z.string().max(200), z.int().min(0).max(100)).nullable().default(null),
    status: ApprovalStatus.default('pending').describe('Only `pending` can be created.'),
    agent_id: z.uuid().nullable().default(null).describe('Of an agent that asks it is always that agent.'),
    lead_reasoning: z.string().max(20_000).nullable().default(null),
    expires_in_seconds: z.int().min(60).max(2_592_000).optional(),
    required_approvals: z.int().min(1).max(10).default(1),
    eligible_group_ids: z.array(z.uuid()).max(100).default([]),
  })
  .meta({ id: 'ApprovalCreate' });
export type ApprovalCreate = z.infer<typeof ApprovalCreate>;

const Decision = z.object({
  comment: z.string().max(4000).nullable().default(null),
  board_group_id: z.uuid().nullable().default(null).describe('The department that the caller speaks for.'),
});

export const ApprovalUpdate = Decision.extend({
  status: ApprovalStatus.optional().describe('`pending` opens it again.'),
  version: z.int().optional(),
}).meta({ id: 'ApprovalUpdate' });
export type ApprovalUpdate = z.infer<typeof ApprovalUpdate>;

export const ApprovalsResolve = z
  .object({
    items: z
      .array(
        Decision.extend({
          approval_id: z.uuid(),
          status: z.enum(['approved', 'rejected']),
          version: z.int().optional(),
        }),
      )
      .min(1)
      .max(100),
  })
  .meta({ id: 'ApprovalsResolve' });
export type ApprovalsResolve = z.infer<typeof ApprovalsResolve>;

export const ApprovalResolveResult = z
  .object({
    approval_id: z.uuid(),
    ok: z.boolean(),
    approval: ApprovalRead.nullable(),
    error: z.object({ code: z.string(), detail: z.unknown() }).nullable(),
  })
  .meta({ id: 'ApprovalResolveResult' });
export type ApprovalResolveResult = z.infer<typeof ApprovalResolveResult>;

export const ApprovalConsume = z
  .object({ args_hash: z.string().max(200).describe('Of the arguments that are about to be used.') })
  .meta({ id: 'ApprovalConsume' });

export const BoardApprovalQuery = OffsetQuery.extend({ status: ApprovalStatus.optional() });

export const ApprovalQuery = BoardApprovalQuery.extend({
  board_id: z.uuid().optional(),
  group_id: z.uuid().optional(),
  kind: ApprovalKind.optional(),
  agent_id: z.uuid().optional(),
  run_id: z.uuid().optional(),
  risk_min: z.coerce.number().min(0).max(1).optional(),
  action_type: z.string().max(200).optional(),
  q: z.string().max(200).optional().describe('Part of the action, the payload or the title of a task.'),
  expires_before: Instant.optional(),
  mine: Flag.default(false).describe('Only those that wait for a decision of the caller.'),
  confidence_below: z.coerce.number().min(0).max(101).optional(),
  confidence_from: z.coerce.number().min(0).max(101).optional(),
  sort: z.enum(['-created_at', 'expires_at']).default('-created_at').describe('Newest first, or what runs out first.'),
});
export type ApprovalQuery = z.infer<typeof ApprovalQuery>;

export const ApprovalPage = offsetPage(ApprovalRead);
