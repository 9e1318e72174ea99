import { z } from 'zod';
import { Grant, Pins } from '../../grants/grants.schema.ts';
import { ApprovalRead } from '../approvals.schema.ts';

const MAX_ARGS = 65_536;

/** What approving it adds to a budget, once the call goes on. */
const BudgetLift = z
  .object({
    scope: z
      .string()
      .max(200)
      .regex(/^(tokens|cost):/)
      .describe('As a denied lease named it.'),
    by: z.int().min(1).max(1_000_000_000_000_000).describe('Tokens, or 1e-8 US dollars.'),
  })
  .describe('Of a call that a budget holds back: by how much that is raised when people agree.');

/** What a process asks about a call that its policies hold back. */
export const Question = z
  .object({
    id: z.uuid().describe('Made by the process: asking again with it is the same question.'),
    agent_id: z.uuid(),
    run_id: z.uuid(),
    step_key: z.string().min(1).max(1024),
    kind: z.enum(['tool', 'model', 'output', 'task_end']),
    tool: z.string().min(1).max(256).describe('Of the tool or model, or how the run is called.'),
    rules: z.array(z.string().max(256)).min(1).max(50).describe('`policy@version:rule`, all that ask.'),
    args: z
      .unknown()
      .refine(
        (args) => (JSON.stringify(args) ?? '').length <= MAX_ARGS,
        `is longer than ${MAX_ARGS} characters of JSON`,
      )
      .optional()
      .describe('The arguments, redacted.'),
    args_hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('Of the arguments as they are, keyed as in the bundle.'),
    lift: BudgetLift.optional(),
    pins: Pins.optional().describe(
      'What calls like it must have in common with it, where its rules let people allow those.',
    ),
    explanation: z.string().max(4000),
    confidence: z.number().min(0).max(1).nullable().default(null),
    side_effect: z.string().max(64).nullable().default(null),
    risk_score: z.number().min(0).max(1).nullable().default(null),
    risk_factors: z.record(z.string().max(64), z.number()).nullable().default(null),
  })
  .meta({ id: 'ApprovalQuestion' });
export type Question = z.infer<typeof Question>;

export const ApprovalAnswer = ApprovalRead.extend({
  grant: Grant.nullable().describe('Present once the call may go on.'),
  comment: z.string().nullable().describe('What the one who decided last said.'),
}).meta({ id: 'ApprovalAnswer' });
export type ApprovalAnswer = z.infer<typeof ApprovalAnswer>;

export const WaitQuery = z.object({ timeout_s: z.coerce.number().min(0).max(25).default(25) });

export const ApprovalVote = z
  .object({
    decision: z.enum(['approved', 'rejected']),
    comment: z.string().max(4000).nullable().default(null),
    args_hash: z.string().max(128).describe('Of the approval as it was seen.'),
    board_group_id: z.uuid().nullable().default(null).describe('The department that the caller speaks for.'),
    allow_like: z
      .boolean()
      .default(false)
      .describe("Whether calls of the run like this one are meant, too: those that fit the payload's `like`."),
  })
  .meta({ id: 'ApprovalVote' });
export type ApprovalVote = z.infer<typeof ApprovalVote>;
