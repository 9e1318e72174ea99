import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { Database, Tx } from '#server/platform/postgres/database.ts';
import type { OrganizationListItem, OrganizationRead } from './organizations.schema.ts';

const FIELDS = ['id', 'name', 'created_at', 'updated_at'] as const;

export const insertOrganization = (db: Tx, id: string, name: string, at: Date): Promise<OrganizationRead> =>
  db
    .insertInto('organizations')
    .values({ id, name, created_at: at, updated_at: at })
    .returning(FIELDS)
    .executeTakeFirstOrThrow();

export const findOrganization = (db: Database, id: string): Promise<OrganizationRead | undefined> =>
  db.selectFrom('organizations').select(FIELDS).where('id', '=', id).executeTakeFirst();

/** The organizations of the calling person, by name. */
export const listOrganizations = ({ db, actor, orgId }: Context): Promise<OrganizationListItem[]> =>
  db
    .selectFrom('organization_members as m')
    .innerJoin('organizations as o', 'o.id', 'm.org_id')
    .select((eb) => ['o.id', 'o.name', 'm.role', eb('o.id', '=', orgId).as('is_active')])
    .where('m.user_id', '=', actor.id)
    .orderBy((eb) => eb.fn('lower', ['o.name']))
    .orderBy('o.id')
    .$narrowType<{ is_active: boolean }>()
    .execute();

/** Whether the calling person has an organization of that name, in whatever case. */
export async function hasOrganizationNamed({ db, actor }: Context, name: string): Promise<boolean> {
  const row = await db
    .selectFrom('organization_members as m')
    .innerJoin('organizations as o', 'o.id', 'm.org_id')
    .select('o.id')
    .where('m.user_id', '=', actor.id)
    .where(sql<boolean>`lower(o.name) = lower(${name})`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Changes of roles and memberships of the organization wait for each other; nothing else does. */
export async function lockOrganization(db: Tx, id: string): Promise<void> {
  await db.selectFrom('organizations').select('id').where('id', '=', id).forNoKeyUpdate().execute();
}

/** Everything of the organization follows by cascade. */
export async function removeOrganization(db: Tx, id: string): Promise<void> {
  await db.deleteFrom('organizations').where('id', '=', id).execute();
}
