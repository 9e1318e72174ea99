import { z } from 'zod';
import { Flag, Instant } from '#server/platform/http/fields.schema.ts';
import { CursorQuery } from '#server/platform/http/page.schema.ts';

const Person = z.object({ id: z.uuid(), name: z.string().nullable(), email: z.string().nullable() });

export const ApprovalDelegationRead = z
  .object({
    id: z.uuid(),
    from: Person.describe('Whose voice it is.'),
    to: Person.describe('Who may speak with it.'),
    group_ids: z.array(z.uuid()).describe('Only for these departments; empty = for all of `from`.'),
    from_at: z.iso.datetime(),
    until: z.iso.datetime(),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'ApprovalDelegationRead' });
export type ApprovalDelegationRead = z.infer<typeof ApprovalDelegationRead>;

export const ApprovalDelegationCreate = z
  .object({
    to: z.uuid().describe('A user of the organization.'),
    from_at: Instant.optional().describe('Default now.'),
    until: Instant.describe('At most 30 days after `from_at`.'),
    groups: z.array(z.uuid()).max(100).default([]),
  })
  .meta({ id: 'ApprovalDelegationCreate' });
export type ApprovalDelegationCreate = z.infer<typeof ApprovalDelegationCreate>;

export const ApprovalDelegationQuery = CursorQuery.extend({
  all: Flag.default(false).describe('Of everybody, for admins; else those that the caller gave or got.'),
});
export type ApprovalDelegationQuery = z.infer<typeof ApprovalDelegationQuery>;
