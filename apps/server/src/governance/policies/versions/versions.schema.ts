import { z } from 'zod';
import { PolicyActor } from '../policies.schema.ts';

export const PolicyVersion = z
  .object({
    version: z.int(),
    hash: z.string().describe('SHA-256 of the source.'),
    note: z.string().nullable(),
    author: PolicyActor,
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'PolicyVersion' });
export type PolicyVersion = z.infer<typeof PolicyVersion>;

export const PolicyVersionDetail = PolicyVersion.extend({ source: z.string() }).meta({ id: 'PolicyVersionDetail' });
export type PolicyVersionDetail = z.infer<typeof PolicyVersionDetail>;

const VersionNumber = z.coerce.number().int().min(1).max(2_147_483_647);

export const PolicyDiffQuery = z.object({ from: VersionNumber, to: VersionNumber });

export const PolicyChange = z
  .object({
    rule: z.string().nullable().describe('Null for what is about the whole policy.'),
    op: z.enum(['add', 'remove', 'change']),
    path: z.string().describe('`rule` for a whole rule, else what it says: `amount ≤`, `tokens`, `mode`.'),
    before: z.string().nullable(),
    after: z.string().nullable(),
    effect: z
      .enum(['widens', 'narrows', 'changes', 'none'])
      .describe('Whether agents may do more, less, something else, or the same.'),
    summary: z.string(),
  })
  .meta({ id: 'PolicyChange' });

export const PolicyDiff = z
  .object({ from: z.int(), to: z.int(), changes: z.array(PolicyChange) })
  .meta({ id: 'PolicyDiff' });
export type PolicyDiff = z.infer<typeof PolicyDiff>;
