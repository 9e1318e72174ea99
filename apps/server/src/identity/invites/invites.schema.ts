import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';
import { AccessUpdate } from '../board-access/board-access.schema.ts';
import { RoleInput, RoleName } from '../members/members.schema.ts';

export const InviteStatus = z.enum(['pending', 'accepted', 'expired']);

export const OrganizationInviteRead = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    invited_email: z.string(),
    role: RoleName,
    all_boards_read: z.boolean(),
    all_boards_write: z.boolean(),
    token: z.string().describe('The secret in the answers of create and reissue; empty everywhere else.'),
    has_token: z.boolean().describe('Whether a token of it still stands.'),
    created_by_user_id: z.uuid().nullable(),
    accepted_by_user_id: z.uuid().nullable(),
    accepted_at: z.iso.datetime().nullable(),
    expires_at: z.iso.datetime(),
    status: InviteStatus,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'OrganizationInviteRead' });
export type OrganizationInviteRead = z.infer<typeof OrganizationInviteRead>;

export const InvitePage = offsetPage(OrganizationInviteRead).meta({ id: 'Page_OrganizationInviteRead' });

export const OrganizationInviteCreate = AccessUpdate.extend({
  invited_email: z.string().trim().toLowerCase().pipe(z.email().max(320)),
  role: RoleInput.default('member'),
  expires_in_days: z.int().min(1).max(90).optional().describe('INVITE_TTL_DAYS when left out.'),
}).meta({ id: 'OrganizationInviteCreate' });
export type OrganizationInviteCreate = z.infer<typeof OrganizationInviteCreate>;

export const InviteToken = z.string().trim().max(500);

export const OrganizationInviteAccept = z.object({ token: InviteToken }).meta({ id: 'OrganizationInviteAccept' });
