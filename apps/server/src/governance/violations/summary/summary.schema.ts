import { z } from 'zod';

const DAY_MS = 86_400_000;
const instant = z.iso.datetime({ offset: true });

export const ViolationSummaryQuery = z
  .object({
    group_by: z.enum(['rule', 'agent', 'tool']).default('rule'),
    from: instant.optional().describe('A day or, by the day, 30 days before `to` unless given.'),
    to: instant.optional().describe('Now unless given.'),
    per: z.enum(['hour', 'day']).default('hour').describe('How finely `trend` counts: hours for a week at most.'),
    limit: z.coerce.number().int().min(1).max(100).default(20),
  })
  .refine(({ from, to, per }) => toSpan(from, to) <= (per === 'hour' ? 7 : 92) * DAY_MS, {
    path: ['from'],
    message: 'At most a week by the hour, or 92 days by the day.',
  });
export type ViolationSummaryQuery = z.infer<typeof ViolationSummaryQuery>;

const toSpan = (from: string | undefined, to: string | undefined): number =>
  from === undefined ? 0 : (to === undefined ? Date.now() : Date.parse(to)) - Date.parse(from);

const Count = z.int();

export const ViolationSummary = z
  .object({
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    total: Count.describe('Of all groups, also those beyond `limit`.'),
    items: z.array(
      z.object({
        key: z.string().describe('`policy:rule` or a code, the id of an agent, or the name of a tool.'),
        name: z.string(),
        count: Count,
        blocked: Count,
        would_have: Count,
        open: Count,
        false_positive: Count,
        last_at: z.iso.datetime(),
        trend: z.array(z.object({ t: z.iso.datetime(), count: Count })).describe('Hours or days with any, in order.'),
      }),
    ),
  })
  .meta({ id: 'ViolationSummary' });
export type ViolationSummary = z.infer<typeof ViolationSummary>;
