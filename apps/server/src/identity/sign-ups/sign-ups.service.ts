import { inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { hashToken } from '#server/platform/ids.ts';
import type { AccessTokenRead } from '../access-tokens/access-tokens.schema.ts';
import { issueAccessToken } from '../access-tokens/access-tokens.service.ts';
import { lockPending, noInvite, takeInvite } from '../invites/invites.service.ts';
import { findInvitePreview } from '../invites/invites.store.ts';
import { getUserOfInvite } from '../users/users.service.ts';
import type { InvitePreview, InviteSignUp } from './sign-ups.schema.ts';

/**
 * Accepts an invite without a prior account, in local mode: makes the user of the invited e-mail and answers a token to
 * sign in with, shown once. Throws `invite.not_found`, `invite.expired`, `invite.email_mismatch` when somebody signs in
 * with that e-mail already: then that person accepts it.
 */
export function signUpByInvite(platform: Platform, { token, name }: InviteSignUp): Promise<AccessTokenRead> {
  return inTransaction(systemContext(platform, ''), async (tx) => {
    const invite = await lockPending(tx, token);
    const user = await getUserOfInvite(tx, invite.invited_email, name);
    const as: TxContext = { ...tx, orgId: invite.organization_id, actor: { kind: 'user', id: user.id } };
    await takeInvite(as, invite, user);
    return issueAccessToken(as, user.id, { name: 'Sign-in', scopes: ['admin'], expires_at: null });
  });
}

/** What a token offers, so that a person sees it before accepting. Throws `invite.not_found`. */
export async function getInvitePreview(platform: Platform, token: string): Promise<InvitePreview> {
  const preview = await findInvitePreview(platform, hashToken(token));
  if (!preview) throw noInvite();
  return preview;
}
