import { z } from 'zod';
import { Instant } from '#server/platform/http/fields.schema.ts';

const count = z.int().nonnegative();

const Tally = z.object({
  would_block: count.describe('Calls that went through and would have been blocked.'),
  would_approve: count,
  would_warn: count,
  decided_anyway: count.describe('Calls that something else treated as strictly.'),
});

const Runs = z.object({
  runs_hit: count.describe('Runs with a call that would have been blocked or asked about.'),
  runs_hit_succeeded: count.describe('Those of them that succeeded: is it too strict?'),
});

const ShadowRule = Tally.extend(Runs.shape).extend({
  rule: z.string().describe('Its id in the policy.'),
  versions: z.array(z.int()).describe('Versions under which it was seen.'),
});

export const ReadinessReason = z.enum(['nothing_in_monitor', 'observed_under_24h', 'no_calls', 'hits_succeeded_runs']);
export type ReadinessReason = z.infer<typeof ReadinessReason>;

/** What rules in monitor would have done with live calls, against what was decided. */
export const Shadow = Tally.extend(Runs.shape)
  .extend({
    policy_id: z.uuid(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    version: z.int().nullable().describe('That holds now; null when none does.'),
    mode: z.string().nullable(),
    calls: count.describe('Calls of tools and models by the agents that it is about.'),
    per_rule: z.array(ShadowRule),
    trend: z
      .array(Tally.omit({ decided_anyway: true }).extend({ t: z.iso.datetime(), rule: z.string() }))
      .describe('By hour up to three days, else by day (UTC); spans without any are left out.'),
    readiness: z
      .object({
        ready: z.boolean(),
        observed_since: z.iso.datetime().nullable(),
        observed_hours: z.number().nonnegative(),
        reasons: z.array(ReadinessReason).describe('What speaks against enforcing it now; none when it is ready.'),
      })
      .describe('Whether its rules in monitor may be enforced.'),
  })
  .meta({ id: 'Shadow' });
export type Shadow = z.infer<typeof Shadow>;

const MAX_MS = 31 * 86_400_000;

export const ShadowQuery = z
  .object({
    from: Instant.optional().describe('When the version began to hold unless given; at most 31 days before `to`.'),
    to: Instant.optional().describe('Now unless given.'),
  })
  .refine(
    ({ from, to }) => !from || !to || (from < to && Date.parse(to) - Date.parse(from) <= MAX_MS),
    'from must be before to, at most 31 days.',
  );
export type ShadowQuery = z.infer<typeof ShadowQuery>;
