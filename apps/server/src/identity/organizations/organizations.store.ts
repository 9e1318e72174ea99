import type { Context, Role } from '#server/platform/context.ts';
import type { Database, Tx } from '#server/platform/postgres/database.ts';
import type { OrganizationListItem, OrganizationRead } from './organizations.schema.ts';

export async function insertOrganization(db: Tx, organization: { id: string; name: string }): Promise<void> {
  await db.insertInto('organizations').values(organization).execute();
}

export interface NewMember {
  id: string;
  org_id: string;
  user_id: string;
  role: Role;
  all_boards_read: boolean;
  all_boards_write: boolean;
}

export async function insertMember(db: Tx, member: NewMember): Promise<void> {
  await db.insertInto('organization_members').values(member).execute();
}

export const findOrganization = (db: Database, id: string): Promise<OrganizationRead | undefined> =>
  db
    .selectFrom('organizations')
    .select(['id', 'name', 'created_at', 'updated_at'])
    .where('id', '=', id)
    .executeTakeFirst();

/** The organizations of the calling person, by name. */
export const listOrganizations = ({ db, actor, orgId }: Context): Promise<OrganizationListItem[]> =>
  db
    .selectFrom('organization_members as m')
    .innerJoin('organizations as o', 'o.id', 'm.org_id')
    .select((eb) => ['o.id', 'o.name', 'm.role', eb('o.id', '=', orgId).as('is_active')])
    .where('m.user_id', '=', actor.id)
    .orderBy((eb) => eb.fn('lower', ['o.name']))
    .$narrowType<{ is_active: boolean }>()
    .execute();
