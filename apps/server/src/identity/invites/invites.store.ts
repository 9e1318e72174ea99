import { sql } from 'kysely';
import type { Context, Platform, Role, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { Database, Tx } from '#server/platform/postgres/database.ts';
import { onConstraint, Problem } from '#server/platform/problem.ts';
import type { OrganizationBoardAccessSpec } from '../board-access/board-access.schema.ts';
import type { OrganizationInviteRead } from './invites.schema.ts';

/** A row is its wire shape; the token itself is stored nowhere. */
const select = ({ db, now }: Pick<Platform, 'db' | 'now'>) =>
  db
    .selectFrom('organization_invites as i')
    .select([
      'i.id',
      'i.org_id as organization_id',
      'i.invited_email',
      'i.role',
      'i.all_boards_read',
      'i.all_boards_write',
      'i.created_by_user_id',
      'i.accepted_by_user_id',
      'i.accepted_at',
      'i.expires_at',
      'i.created_at',
      'i.updated_at',
      sql<''>`''`.as('token'),
      sql<boolean>`i.accepted_at is null`.as('has_token'),
      statusAt(now()).as('status'),
    ])
    .$narrowType<{ role: Role }>();

const statusAt = (at: Date) => sql<OrganizationInviteRead['status']>`case when i.accepted_at is not null then 'accepted'
  when i.expires_at <= ${at} then 'expired' else 'pending' end`;

/** Those that nobody accepted, newest first; with how many there are. */
export async function listInvites(ctx: Context, { limit, offset }: { limit: number; offset: number }) {
  const [items, { total }] = await Promise.all([
    select(ctx)
      .where('i.org_id', '=', ctx.orgId)
      .where('i.accepted_at', 'is', null)
      .orderBy('i.created_at', 'desc')
      .orderBy('i.id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute(),
    ctx.db
      .selectFrom('organization_invites')
      .select(sql<number>`count(*)::int`.as('total'))
      .where('org_id', '=', ctx.orgId)
      .where('accepted_at', 'is', null)
      .executeTakeFirstOrThrow(),
  ]);
  return { items, total, limit, offset };
}

export const lockInvite = (tx: TxContext, id: string): Promise<OrganizationInviteRead | undefined> =>
  select(tx).where('i.org_id', '=', tx.orgId).where('i.id', '=', id).forUpdate('i').executeTakeFirst();

/** The invite behind a token, of whatever organization. */
export const lockInviteOfToken = (tx: TxContext, tokenHash: Buffer): Promise<OrganizationInviteRead | undefined> =>
  select(tx).where('i.token_hash', '=', tokenHash).forUpdate('i').executeTakeFirst();

/** The oldest invite that still stands for an e-mail, of whatever organization. */
export const lockOldestInvite = (tx: TxContext, email: string): Promise<OrganizationInviteRead | undefined> =>
  select(tx)
    .where(sql<boolean>`lower(i.invited_email) = lower(${email})`)
    .where('i.accepted_at', 'is', null)
    .where('i.expires_at', '>', tx.now().toISOString())
    .orderBy('i.created_at')
    .orderBy('i.id')
    .limit(1)
    .forUpdate('i')
    .executeTakeFirst();

/** An invite of that e-mail that nobody accepted. */
export const lockInviteOfEmail = (tx: TxContext, email: string): Promise<OrganizationInviteRead | undefined> =>
  select(tx)
    .where('i.org_id', '=', tx.orgId)
    .where(sql<boolean>`lower(i.invited_email) = lower(${email})`)
    .where('i.accepted_at', 'is', null)
    .forUpdate('i')
    .executeTakeFirst();

/** What the invite behind a token offers, and where. */
export const findInvitePreview = ({ db, now }: Platform, tokenHash: Buffer) =>
  db
    .selectFrom('organization_invites as i')
    .innerJoin('organizations as o', 'o.id', 'i.org_id')
    .select(['o.name as organization_name', 'i.invited_email', 'i.role', 'i.expires_at'])
    .select(statusAt(now()).as('status'))
    .where('i.token_hash', '=', tokenHash)
    .$narrowType<{ role: Role }>()
    .executeTakeFirst();

/** What an invite offers board by board. */
export const listInviteAccess = (db: Database, inviteId: string): Promise<OrganizationBoardAccessSpec[]> =>
  db
    .selectFrom('organization_invite_board_access')
    .select(['board_id', 'can_read', 'can_write'])
    .where('organization_invite_id', '=', inviteId)
    .orderBy('board_id')
    .execute();

export interface NewInvite {
  id: string;
  invited_email: string;
  role: Role;
  all_boards_read: boolean;
  all_boards_write: boolean;
  token_hash: Buffer;
  expires_at: Date;
  created_by_user_id: string;
}

/** Throws `invite.already_pending`. */
export async function insertInvite(
  { db, orgId, now }: TxContext,
  invite: NewInvite,
  access: OrganizationBoardAccessSpec[],
): Promise<void> {
  const at = now();
  const times = { org_id: orgId, created_at: at, updated_at: at };
  const statement = db.insertInto('organization_invites').values({ ...invite, ...times });
  await onConstraint(statement.execute(), 'organization_invites_pending', () => alreadyPending(invite.invited_email));
  if (access.length === 0) return;
  const rows = access.map((row) => ({ ...row, ...times, id: newId(at), organization_invite_id: invite.id }));
  await db.insertInto('organization_invite_board_access').values(rows).execute();
}

export const alreadyPending = (email: string) =>
  new Problem('invite.already_pending', 409, `An invite of ${email} is pending already: reissue or delete it.`);

/** Gives an invite another token; its creation stays. */
export async function saveInviteToken(
  { db, orgId, now }: TxContext,
  id: string,
  token: { token_hash: Buffer; expires_at: Date },
): Promise<void> {
  await db
    .updateTable('organization_invites')
    .set({ ...token, updated_at: now() })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function saveInviteAccepted(db: Tx, id: string, userId: string, at: Date): Promise<void> {
  await db
    .updateTable('organization_invites')
    .set({ accepted_by_user_id: userId, accepted_at: at })
    .where('id', '=', id)
    .execute();
}

export async function removeInvite({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('organization_invites').where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** Whether a member of the organization has that e-mail. */
export async function hasMemberWithEmail({ db, orgId }: Context, email: string): Promise<boolean> {
  const row = await db
    .selectFrom('organization_members as m')
    .innerJoin('users as u', 'u.id', 'm.user_id')
    .select('m.id')
    .where('m.org_id', '=', orgId)
    .where(sql<boolean>`lower(u.email) = lower(${email})`)
    .executeTakeFirst();
  return row !== undefined;
}
