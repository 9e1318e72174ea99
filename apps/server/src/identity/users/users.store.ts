import type { Role } from '#server/platform/context.ts';
import type { Database, Tx } from '#server/platform/postgres/database.ts';
import type { UserRead, UserUpdate } from './users.schema.ts';

const FIELDS = [
  'id',
  'clerk_user_id',
  'email',
  'name',
  'preferred_name',
  'pronouns',
  'timezone',
  'notes',
  'context',
  'is_super_admin',
] as const;

/** A person with the membership that their requests act under. */
export interface Membership {
  id: string;
  user_id: string;
  org_id: string;
  role: Role;
  all_boards_read: boolean;
  all_boards_write: boolean;
}

const MEMBERSHIP = ['m.id', 'm.user_id', 'm.org_id', 'm.role', 'm.all_boards_read', 'm.all_boards_write'] as const;

export const findUser = (db: Database, id: string): Promise<UserRead | undefined> =>
  db.selectFrom('users').select(FIELDS).where('id', '=', id).executeTakeFirst();

export const findUserBySubject = (db: Database, subject: string) =>
  db
    .selectFrom('users')
    .select(['id', 'active_organization_id'])
    .where('clerk_user_id', '=', subject)
    .executeTakeFirst();

/** The membership in the active organization; undefined when it must be repaired first. */
export const findActiveMembership = (db: Database, userId: string): Promise<Membership | undefined> =>
  db
    .selectFrom('users as u')
    .innerJoin('organization_members as m', (join) =>
      join.onRef('m.user_id', '=', 'u.id').onRef('m.org_id', '=', 'u.active_organization_id'),
    )
    .select(MEMBERSHIP)
    .where('u.id', '=', userId)
    .$narrowType<{ role: Role }>()
    .executeTakeFirst();

export const findOldestMembership = (db: Database, userId: string): Promise<Membership | undefined> =>
  db
    .selectFrom('organization_members as m')
    .select(MEMBERSHIP)
    .where('m.user_id', '=', userId)
    .orderBy('m.created_at')
    .orderBy('m.id')
    .$narrowType<{ role: Role }>()
    .executeTakeFirst();

/** A person's membership of one organization. */
export const findMembership = (db: Database, userId: string, orgId: string): Promise<Membership | undefined> =>
  db
    .selectFrom('organization_members as m')
    .select(MEMBERSHIP)
    .where('m.user_id', '=', userId)
    .where('m.org_id', '=', orgId)
    .$narrowType<{ role: Role }>()
    .executeTakeFirst();

/** Holds the user's row until the transaction ends, so that concurrent first requests wait for each other. */
export const lockUser = (db: Tx, userId: string) =>
  db.selectFrom('users').select('id').where('id', '=', userId).forUpdate().executeTakeFirstOrThrow();

/** Makes the user of a subject unless it stands; either way its id. */
export async function insertUser(
  db: Database,
  user: { id: string; clerk_user_id: string; email: string; email_verified: boolean; name: string },
): Promise<void> {
  await db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.column('clerk_user_id').doNothing())
    .execute();
}

export async function saveActiveOrganization(db: Tx, userId: string, orgId: string): Promise<void> {
  await db.updateTable('users').set({ active_organization_id: orgId }).where('id', '=', userId).execute();
}

export const saveUser = (db: Database, id: string, patch: UserUpdate, now: Date): Promise<UserRead> =>
  db
    .updateTable('users')
    .set({ ...patch, updated_at: now })
    .where('id', '=', id)
    .returning(FIELDS)
    .executeTakeFirstOrThrow();
