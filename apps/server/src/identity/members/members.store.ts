import { sql } from 'kysely';
import type { Context, Role, TxContext } from '#server/platform/context.ts';
import type { OrganizationMemberRead, OrganizationUserRead } from './members.schema.ts';

/** A member without what stands per board. */
export type MemberRow = Omit<OrganizationMemberRead, 'board_access'>;

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('organization_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select([
      'm.id',
      'm.org_id as organization_id',
      'm.user_id',
      'm.role',
      'm.all_boards_read',
      'm.all_boards_write',
      'm.version',
      'm.created_at',
      'm.updated_at',
    ])
    .select(
      sql<OrganizationUserRead>`jsonb_build_object('id', u.id, 'email', u.email, 'name', u.name,
        'preferred_name', u.preferred_name)`.as('user'),
    )
    .where('m.org_id', '=', orgId)
    .$narrowType<{ role: Role }>();

/** By e-mail, then name; with how many there are. */
export async function listMembers(ctx: Context, { limit, offset }: { limit: number; offset: number }) {
  const [rows, { total }] = await Promise.all([
    select(ctx).orderBy(sql`lower(u.email)`).orderBy('u.name').orderBy('m.id').limit(limit).offset(offset).execute(),
    ctx.db
      .selectFrom('organization_members')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('org_id', '=', ctx.orgId)
      .executeTakeFirstOrThrow(),
  ]);
  return { items: rows.map((row) => ({ ...row, board_access: [] })), total, limit, offset };
}

export const findMember = (ctx: Context, id: string): Promise<MemberRow | undefined> =>
  select(ctx).where('m.id', '=', id).executeTakeFirst();

export const lockMember = (ctx: TxContext, id: string): Promise<MemberRow | undefined> =>
  select(ctx).where('m.id', '=', id).forUpdate('m').executeTakeFirst();

export const lockMemberOfUser = (ctx: TxContext, userId: string): Promise<MemberRow | undefined> =>
  select(ctx).where('m.user_id', '=', userId).forUpdate('m').executeTakeFirst();

/** How many owners and members the organization has. Exact while its row is locked. */
export async function countMembers({ db, orgId }: TxContext): Promise<{ owners: number; members: number }> {
  return db
    .selectFrom('organization_members')
    .select([
      sql<number>`count(*) filter (where role = 'owner')::int`.as('owners'),
      sql<number>`count(*)::int`.as('members'),
    ])
    .where('org_id', '=', orgId)
    .executeTakeFirstOrThrow();
}

export interface NewMember {
  id: string;
  user_id: string;
  role: Role;
  all_boards_read: boolean;
  all_boards_write: boolean;
}

export async function insertMember({ db, orgId, now }: TxContext, member: NewMember): Promise<void> {
  const at = now();
  await db
    .insertInto('organization_members')
    .values({ ...member, org_id: orgId, created_at: at, updated_at: at })
    .execute();
}

export async function saveMember(
  { db, orgId, now }: TxContext,
  id: string,
  { role, all_boards_read, all_boards_write }: Pick<NewMember, 'role' | 'all_boards_read' | 'all_boards_write'>,
): Promise<void> {
  await db
    .updateTable('organization_members')
    .set({ role, all_boards_read, all_boards_write, updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function removeMember({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('organization_members').where('org_id', '=', orgId).where('id', '=', id).execute();
}
