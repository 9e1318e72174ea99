import { z } from 'zod';
import { PolicyActor, PolicyMode } from '../policies.schema.ts';

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
