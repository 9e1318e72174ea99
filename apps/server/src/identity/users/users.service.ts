import type { Context, Platform, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { mergeProfile, type Profile } from './profile.rules.ts';
import type { UserRead, UserUpdate } from './users.schema.ts';
import {
  findUser,
  findUserBySubject,
  insertUser,
  lockUsersOfEmail,
  saveProfile,
  saveUser,
  type UserRow,
} from './users.store.ts';

const LOCAL_SUBJECT = 'local-auth-user';
const LOCAL_PROFILE: Profile = { email: 'admin@home.local', isEmailVerified: true, name: 'Local User' };

/** The one user of the local token, made on first use. */
export const getLocalUserId = async (platform: Platform): Promise<string> =>
  (await findUserBySubject(platform.db, LOCAL_SUBJECT))?.id ??
  (await getUserOfSubject(platform, LOCAL_SUBJECT, LOCAL_PROFILE)).id;

/** The user of a subject at the identity provider, made on first sight; a profile that changed is taken over. */
export async function getUserOfSubject(
  { db, now }: Pick<Platform, 'db' | 'now'>,
  subject: string,
  profile: Profile,
): Promise<UserRow> {
  const known = await findUserBySubject(db, subject);
  if (!known) {
    const { email, isEmailVerified, name } = profile;
    const made = { id: newId(), email: email ?? null, email_verified: isEmailVerified === true, name: name ?? null };
    await insertUser(db, { ...made, clerk_user_id: subject });
    // Another first request may have been quicker: its row counts.
    return (await findUserBySubject(db, subject)) ?? made;
  }
  const merged = mergeProfile(known, profile);
  if (!merged) return known;
  await saveProfile(db, known.id, merged, now());
  return { ...known, ...merged };
}

/**
 * The user who may sign up by an invite of that e-mail: a new one, or one who belongs nowhere any more.
 * Throws `invite.email_mismatch` when somebody signs in with that e-mail: the invite's sender must not become them.
 */
export async function getUserOfInvite(tx: TxContext, email: string, name: string): Promise<UserRow> {
  const [known, ...others] = await lockUsersOfEmail(tx.db, email);
  if (others.length > 0 || known?.is_member)
    throw new Problem(
      'invite.email_mismatch',
      403,
      'A person with this e-mail is here already: sign in as them first.',
    );
  if (known) return known;
  const id = newId(tx.now());
  const user = { id, email, email_verified: true, name };
  await insertUser(tx.db, { ...user, clerk_user_id: `local|${id}` });
  return user;
}

export async function getUser({ db, actor }: Context): Promise<UserRead> {
  const user = await findUser(db, actor.id);
  if (!user) throw notFound('user', actor.id);
  return user;
}

/** Sets the sent fields of one's own profile. */
export const updateUser = ({ db, actor, now }: Context, patch: UserUpdate): Promise<UserRead> =>
  saveUser(db, actor.id, patch, now());
