import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { notFound } from '#server/platform/problem.ts';
import { endMembership, lastOwner } from '../members/members.service.ts';
import { countMembers, lockMemberOfUser, type MemberRow } from '../members/members.store.ts';
import { deleteClerkAccount } from '../oidc/clerk.ts';
import { eraseOrganization, forgetOrganization } from '../organizations/organizations.service.ts';
import { lockOrganization } from '../organizations/organizations.store.ts';
import { findUser, listMemberships, lockUser, removeUser } from '../users/users.store.ts';

/** A membership that ends with the account, in the context of its organization. */
interface Ending {
  there: TxContext;
  member: MemberRow;
  /** Nobody else is there: the organization goes too. */
  isSole: boolean;
}

/**
 * Deletes the caller's account, and the organizations where they are alone, completely; elsewhere the membership only.
 * Throws `organization.last_owner`, `auth.provider_delete_failed`.
 */
export async function deleteAccount(ctx: Context): Promise<void> {
  // First whether it may be done at all: what the provider has deleted does not come back.
  await inTransaction(ctx, findEndings);
  await deleteAtProvider(ctx);
  const erased = await inTransaction(ctx, async (tx) => {
    const endings = await findEndings(tx);
    for (const { there, member, isSole } of endings)
      await (isSole ? eraseOrganization(there) : endMembership(there, member));
    await removeUser(tx.db, tx.actor.id);
    return endings.filter(({ isSole }) => isSole);
  });
  for (const { there } of erased) await forgetOrganization(there);
}

/** The caller's memberships, with their organizations locked. Throws `organization.last_owner`. */
async function findEndings(tx: TxContext): Promise<Ending[]> {
  await lockUser(tx.db, tx.actor.id);
  const endings: Ending[] = [];
  const orphaned: string[] = [];
  const memberships = await listMemberships(tx.db, tx.actor.id);
  // In one order, so that two deletions never wait for each other.
  for (const { org_id } of memberships.toSorted((a, b) => (a.org_id < b.org_id ? -1 : 1))) {
    const there = { ...tx, orgId: org_id };
    await lockOrganization(tx.db, org_id);
    const member = await lockMemberOfUser(there, tx.actor.id);
    if (!member) continue;
    const { owners, members } = await countMembers(there);
    if (member.role === 'owner' && owners === 1 && members > 1) orphaned.push(org_id);
    endings.push({ there, member, isSole: members === 1 });
  }
  if (orphaned.length > 0) throw lastOwner(orphaned);
  return endings;
}

async function deleteAtProvider({ config, db, actor }: Context): Promise<void> {
  if (config.authMode !== 'clerk' || config.clerk.secretKey === undefined) return;
  const user = await findUser(db, actor.id);
  if (!user) throw notFound('user', actor.id);
  await deleteClerkAccount(config.clerk, user.clerk_user_id);
}
