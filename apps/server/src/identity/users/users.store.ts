import { sql } from 'kysely';
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

/** Columns of a {@link Membership}, from `organization_members as m`. */
const MEMBERSHIP = ['m.id', 'm.user_id', 'm.org_id', 'm.role', 'm.all_boards_read', 'm.all_boards_write'] as const;

/** A person as the identity provider knows them. */
export interface UserRow {
  id: string;
  email: string | null;
  email_verified: boolean;
  name: string | null;
}

const ROW = ['id', 'email', 'email_verified', 'name'] as const;

export const findUser = (db: Database, id: string): Promise<UserRead | undefined> =>
  db.selectFrom('users').select(FIELDS).where('id', '=', id).executeTakeFirst();

export const findUserBySubject = (db: Database, subject: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').select(ROW).where('clerk_user_id', '=', subject).executeTakeFirst();

/** The people with that e-mail, with whether they belong anywhere; their rows are locked. */
export const lockUsersOfEmail = (db: Tx, email: string): Promise<(UserRow & { is_member: boolean })[]> =>
  db
    .selectFrom('users as u')
    .select(['u.id', 'u.email', 'u.email_verified', 'u.name'])
    .select(sql<boolean>`exists (select from organization_members m where m.user_id = u.id)`.as('is_member'))
    .where(sql<boolean>`lower(u.email) = lower(${email})`)
    .forUpdate('u')
    .execute();

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

/** A person's memberships, oldest first. */
export const listMemberships = (db: Database, userId: string): Promise<Membership[]> =>
  db
    .selectFrom('organization_members as m')
    .select(MEMBERSHIP)
    .where('m.user_id', '=', userId)
    .orderBy('m.created_at')
    .orderBy('m.id')
    .$narrowType<{ role: Role }>()
    .execute();

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
export const lockUser = (db: Tx, userId: string): Promise<UserRow | undefined> =>
  db.selectFrom('users').select(ROW).where('id', '=', userId).forUpdate().executeTakeFirst();

/** Holds everybody whose active organization it is. */
export async function lockUsersIn(db: Tx, orgId: string): Promise<void> {
  await db
    .selectFrom('users')
    .select('id')
    .where('active_organization_id', '=', orgId)
    .orderBy('id')
    .forUpdate()
    .execute();
}

export interface NewUser {
  id: string;
  clerk_user_id: string;
  email: string | null;
  email_verified: boolean;
  name: string | null;
}

/** Makes the user of a subject unless it stands. */
export async function insertUser(db: Database, user: NewUser): Promise<void> {
  await db
    .insertInto('users')
    .values(user)
    .onConflict((conflict) => conflict.column('clerk_user_id').doNothing())
    .execute();
}

/** Takes over what the identity provider says. */
export async function saveProfile(
  db: Database,
  id: string,
  profile: Pick<NewUser, 'email' | 'email_verified' | 'name'>,
  now: Date,
): Promise<void> {
  await db
    .updateTable('users')
    .set({ ...profile, updated_at: now })
    .where('id', '=', id)
    .execute();
}

export async function saveActiveOrganization(db: Tx, userId: string, orgId: string): Promise<void> {
  await db.updateTable('users').set({ active_organization_id: orgId }).where('id', '=', userId).execute();
}

/** Makes an organization the active one of a person who has none. */
export async function saveFirstOrganization(db: Tx, userId: string, orgId: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ active_organization_id: orgId })
    .where('id', '=', userId)
    .where('active_organization_id', 'is', null)
    .execute();
}

/** Moves a person who left an organization, if it was their active one, to the oldest of the others, or to none. */
export async function leaveOrganization(db: Tx, userId: string, orgId: string): Promise<void> {
  await sql`update users set active_organization_id = (select m.org_id from organization_members m
      where m.user_id = ${userId} and m.org_id <> ${orgId} order by m.created_at, m.id limit 1)
    where id = ${userId} and active_organization_id = ${orgId}`.execute(db);
}

export const saveUser = (db: Database, id: string, patch: UserUpdate, now: Date): Promise<UserRead> =>
  db
    .updateTable('users')
    .set({ ...patch, updated_at: now })
    .where('id', '=', id)
    .returning(FIELDS)
    .executeTakeFirstOrThrow();

export async function removeUser(db: Tx, id: string): Promise<void> {
  await db.deleteFrom('users').where('id', '=', id).execute();
}
