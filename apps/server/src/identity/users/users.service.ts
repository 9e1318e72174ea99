import { type Context, inTransaction, type Platform, systemContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound } from '#server/platform/problem.ts';
import { organizationCreated } from '../organizations/organizations.events.ts';
import { insertMember, insertOrganization } from '../organizations/organizations.store.ts';
import type { UserRead, UserUpdate } from './users.schema.ts';
import {
  findActiveMembership,
  findOldestMembership,
  findUser,
  findUserBySubject,
  insertUser,
  lockUser,
  type Membership,
  saveActiveOrganization,
  saveUser,
} from './users.store.ts';

const LOCAL_SUBJECT = 'local-auth-user';

/** The one user of local mode, made on first use. */
export async function getLocalUserId({ db }: Platform): Promise<string> {
  const known = await findUserBySubject(db, LOCAL_SUBJECT);
  if (known) return known.id;
  const user = {
    id: newId(),
    clerk_user_id: LOCAL_SUBJECT,
    email: 'admin@home.local',
    email_verified: true,
    name: 'Local User',
  };
  await insertUser(db, user);
  return (await findUserBySubject(db, LOCAL_SUBJECT))?.id ?? user.id;
}

/** The membership that a person's requests act under; a person without one gets an organization of their own. */
export async function getMembership(platform: Platform, userId: string): Promise<Membership> {
  return (await findActiveMembership(platform.db, userId)) ?? repairMembership(platform, userId);
}

function repairMembership(platform: Platform, userId: string): Promise<Membership> {
  const orgId = newId();
  const ctx: Context = { ...systemContext(platform, orgId), actor: { kind: 'user', id: userId } };
  return inTransaction(ctx, async (tx) => {
    await lockUser(tx.db, userId);
    const known = await findOldestMembership(tx.db, userId);
    if (known) {
      await saveActiveOrganization(tx.db, userId, known.org_id);
      return known;
    }
    await insertOrganization(tx.db, { id: orgId, name: 'Personal' });
    const member: Membership = {
      id: newId(),
      org_id: orgId,
      user_id: userId,
      role: 'owner',
      all_boards_read: true,
      all_boards_write: true,
    };
    await insertMember(tx.db, member);
    await saveActiveOrganization(tx.db, userId, orgId);
    await publish(tx, organizationCreated, { subjectId: orgId, data: { name: 'Personal' } });
    return member;
  });
}

export async function getUser({ db, actor }: Context): Promise<UserRead> {
  const user = await findUser(db, actor.id);
  if (!user) throw notFound('user', actor.id);
  return user;
}

/** Sets the sent fields of one's own profile. */
export const updateUser = ({ db, actor, now }: Context, patch: UserUpdate): Promise<UserRead> =>
  saveUser(db, actor.id, patch, now());
