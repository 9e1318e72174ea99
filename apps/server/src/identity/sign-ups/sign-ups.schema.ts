import { z } from 'zod';
import { InviteStatus, InviteToken } from '../invites/invites.schema.ts';
import { RoleName } from '../members/members.schema.ts';

export const InviteSignUp = z
  .object({ token: InviteToken, name: z.string().trim().min(1).max(200) })
  .meta({ id: 'InviteSignUp' });
export type InviteSignUp = z.infer<typeof InviteSignUp>;

/** What the holder of a token is asked to accept. */
export const InvitePreview = z
  .object({
    organization_name: z.string(),
    invited_email: z.string(),
    role: RoleName,
    expires_at: z.iso.datetime(),
    status: InviteStatus,
  })
  .meta({ id: 'InvitePreview' });
export type InvitePreview = z.infer<typeof InvitePreview>;
