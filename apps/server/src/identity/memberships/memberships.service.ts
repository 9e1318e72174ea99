import { type Context, inTransaction, type Platform, systemContext, type TxContext } from '#server/platform/context.ts';
import { unauthorized } from '#server/platform/problem.ts';
import { takeInvite } from '../invites/invites.service.ts';
import { lockOldestInvite } from '../invites/invites.store.ts';
import { foundOrganization } from '../organizations/organizations.service.ts';
import {
  findActiveMembership,
  findMembership,
  listMemberships,
  lockUser,
  type Membership,
  saveActiveOrganization,
  type UserRow,
} from '../users/users.store.ts';

/** The membership that a person's requests act under; a person without one joins whoever invited them, or begins alone. */
export const getMembership = async (platform: Platform, userId: string): Promise<Membership> =>
  (await findActiveMembership(platform.db, userId)) ?? settle(platform, userId);

function settle(platform: Platform, userId: string): Promise<Membership> {
  const ctx: Context = { ...systemContext(platform, ''), actor: { kind: 'user', id: userId } };
  return inTransaction(ctx, async (tx) => {
    const user = await lockUser(tx.db, userId);
    if (!user) throw unauthorized('This account was deleted.');
    const [oldest] = await listMemberships(tx.db, userId);
    if (!oldest) return (await joinByInvite(tx, user)) ?? foundOrganization(tx, userId, 'Personal');
    await saveActiveOrganization(tx.db, userId, oldest.org_id);
    return oldest;
  });
}

/** Takes the oldest invite of a person's verified e-mail, if any stands. */
async function joinByInvite(tx: TxContext, user: UserRow): Promise<Membership | undefined> {
  if (user.email === null || !user.email_verified) return undefined;
  const invite = await lockOldestInvite(tx, user.email);
  if (!invite) return undefined;
  await takeInvite(tx, invite, user);
  return findMembership(tx.db, user.id, invite.organization_id);
}
