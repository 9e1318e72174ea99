import { z } from 'zod';
import { Instant } from '#server/platform/http/fields.schema.ts';
import { CursorQuery } from '#server/platform/http/page.schema.ts';
import { PolicyActor } from '../policies.schema.ts';

export const PolicyExceptionRead = z
  .object({
    id: z.uuid(),
    policy_id: z.uuid(),
    policy_name: z.string(),
    rule: z.string().describe('Its id in the policy.'),
    agent_id: z.uuid(),
    agent_slug: z.string(),
    reason: z.string(),
    approved_by: PolicyActor,
    until: z.iso.datetime(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'PolicyExceptionRead' });
export type PolicyExceptionRead = z.infer<typeof PolicyExceptionRead>;

export const PolicyExceptionCreate = z
  .object({
    rule: z.string().min(1).max(64),
    agent_id: z.uuid(),
    until: Instant.describe('At most 90 days from now.'),
    reason: z.string().trim().min(1).max(2000),
  })
  .meta({ id: 'PolicyExceptionCreate' });
export type PolicyExceptionCreate = z.infer<typeof PolicyExceptionCreate>;

export const PolicyExceptionQuery = CursorQuery.extend({
  agent_id: z.uuid().optional(),
  rule: z.string().max(64).optional(),
});
export type PolicyExceptionQuery = z.infer<typeof PolicyExceptionQuery>;
