import { z } from 'zod';
import { PolicyActor, PolicyMode, PolicyRead } from '../policies.schema.ts';

const Reason = z.string().max(2000).nullable().default(null);

export const PolicyActivate = z
  .object({
    version: z.int().min(1),
    mode: PolicyMode.optional().describe(
      'Stands for the mode that the policy says; `off` turns the policy off. No rule is then stricter.',
    ),
    acknowledge_unobserved: z
      .boolean()
      .default(false)
      .describe('Enforce rules that were not in monitor for 24 hours; this is audited.'),
    reason: Reason,
  })
  .meta({ id: 'PolicyActivate' });
export type PolicyActivate = z.infer<typeof PolicyActivate>;

/** One row of what held when. */
export const PolicyActivation = z
  .object({
    id: z.uuid(),
    number: z.int().describe('1 for the first of the policy.'),
    version: z.int(),
    kind: z.enum(['activate', 'rollback', 'archive']),
    mode: PolicyMode,
    scope: z.object({ keys: z.array(z.string()), exclude: z.array(z.string()) }),
    acknowledged_unobserved: z.boolean(),
    reason: z.string().nullable(),
    by: PolicyActor,
    at: z.iso.datetime(),
  })
  .meta({ id: 'PolicyActivation' });
export type PolicyActivation = z.infer<typeof PolicyActivation>;

export const PolicyRollback = z
  .object({
    to: z.int().min(1).optional().describe('The version; the one that held before when left out.'),
    preview: z.boolean().default(false).describe('Only tell what would flip.'),
    reason: Reason,
  })
  .meta({ id: 'PolicyRollback' });
export type PolicyRollback = z.infer<typeof PolicyRollback>;

const Verdict = z.enum(['allow', 'warn', 'require_approval', 'block']);

const PolicyFlip = z
  .object({
    violation_id: z.uuid(),
    agent_id: z.uuid(),
    agent_slug: z.string(),
    tool: z.string().nullable(),
    ts: z.iso.datetime(),
    rule: z.string().describe('The rule that decided then.'),
    was: Verdict,
    would_be: Verdict,
  })
  .meta({ id: 'PolicyFlip' });

export const PolicyRollbackResult = z
  .object({
    policy: PolicyRead,
    from: z.int(),
    to: z.int(),
    mode: PolicyMode.describe('That `to` has now: the one that it had.'),
    flips: z
      .array(PolicyFlip)
      .describe('Recorded decisions that would be made differently, newest first, at most 100.'),
    flip_count: z.int(),
    looked_at: z
      .int()
      .describe(
        'How many were judged: the newest 500 at most that rules of `from` recorded in 30 days. Calls that no rule spoke of are not recorded: ask the back-test.',
      ),
    undecidable: z
      .int()
      .describe('Of those: arguments that are not kept in full, or rules that depend on more than the call.'),
  })
  .meta({ id: 'PolicyRollbackResult' });
export type PolicyRollbackResult = z.infer<typeof PolicyRollbackResult>;
