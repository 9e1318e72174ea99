import { isDeepStrictEqual } from 'node:util';
import { type Context, inTransaction, type Role, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { assertVersion, forbidden, notFound, Problem } from '#server/platform/problem.ts';
import { hasRole } from '../access.rules.ts';
import { revokeTokensOf } from '../access-tokens/access-tokens.service.ts';
import { listAccessRows, saveAccessRows } from '../board-access/access-rows.store.ts';
import { toStoredAccess } from '../board-access/board-access.rules.ts';
import type { AccessUpdate, OrganizationBoardAccessRead } from '../board-access/board-access.schema.ts';
import { assertOwnBoards } from '../board-access/board-access.service.ts';
import { lockOrganization } from '../organizations/organizations.store.ts';
import { leaveOrganization, lockUser } from '../users/users.store.ts';
import { memberAdded, memberRemoved, memberUpdated } from './members.events.ts';
import { isForOwners, mergeRights, type Rights } from './members.rules.ts';
import type { OrganizationMemberRead } from './members.schema.ts';
import {
  countMembers,
  findMember,
  insertMember,
  lockMember,
  lockMemberOfUser,
  type MemberRow,
  removeMember,
  saveMember,
} from './members.store.ts';

/** Refuses what would leave organizations without an owner. */
export const lastOwner = (organizationIds: string[]) => {
  const message = 'An organization needs an owner: make somebody else one first.';
  return new Problem('organization.last_owner', 422, message, {
    body: { message, organization_ids: organizationIds },
  });
};

/** One member with what stands per board. Throws `member.not_found`. */
export async function getMember(ctx: Context, id: string): Promise<OrganizationMemberRead> {
  const member = await findMember(ctx, id);
  if (!member) throw notFound('member', id);
  return { ...member, board_access: await listAccessRows(ctx.db, id) };
}

/** As {@link getMember}, for one's own record or an admin; else throws `auth.forbidden`. */
export async function getVisibleMember(ctx: Context, id: string): Promise<OrganizationMemberRead> {
  const member = await getMember(ctx, id);
  const { caller } = ctx;
  if (caller.kind === 'user' && id !== caller.memberId && !hasRole(caller.role, 'admin'))
    throw forbidden('Only admins read the records of other members.');
  return member;
}

/** The caller's own membership. */
export function getOwnMember(ctx: Context): Promise<OrganizationMemberRead> {
  if (ctx.caller.kind !== 'user') throw forbidden('This is for people.');
  return getMember(ctx, ctx.caller.memberId);
}

/**
 * Changes the role; null leaves it.
 * Throws `member.not_found`, `member.owner_role_restricted`, `organization.last_owner`, `resource.version_conflict`.
 */
export function updateMemberRole(
  ctx: Context,
  id: string,
  role: Role | null,
  seenVersion: number | undefined,
): Promise<OrganizationMemberRead> {
  return inTransaction(ctx, async (tx) => {
    const member = await lockExisting(tx, id);
    assertVersion(member.version, seenVersion);
    if (role === null || role === member.role) return { ...member, board_access: [] };
    assertMayTouch(tx, member.role, role);
    if (member.role === 'owner' && (await countMembers(tx)).owners === 1) throw lastOwner([tx.orgId]);
    await saveMember(tx, id, { ...member, role });
    return publishUpdated(tx, id);
  });
}

/**
 * Replaces what a member may do on boards.
 * Throws `member.not_found`, `member.owner_role_restricted`, `board.not_in_organization`, `resource.version_conflict`.
 */
export function updateMemberAccess(
  ctx: Context,
  id: string,
  wanted: AccessUpdate,
  seenVersion: number | undefined,
): Promise<OrganizationMemberRead> {
  const access = toStoredAccess(wanted);
  return inTransaction(ctx, async (tx) => {
    const member = await lockExisting(tx, id);
    assertVersion(member.version, seenVersion);
    assertMayTouch(tx, member.role, member.role);
    await assertOwnBoards(
      tx,
      wanted.board_access.map(({ board_id }) => board_id),
    );
    if (isSame(access, member, await listAccessRows(tx.db, id))) return { ...member, board_access: [] };
    await saveMember(tx, id, { ...access, role: member.role });
    await saveAccessRows(tx, id, access.board_access);
    return publishUpdated(tx, id);
  });
}

/**
 * Ends a membership with its board access and tokens.
 * Throws `member.not_found`, `member.self_removal`, `member.owner_role_restricted`, `organization.last_owner`.
 */
export function deleteMember(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const known = await findMember(tx, id);
    // A person before their organizations: the order in which an account is deleted.
    if (known) await lockUser(tx.db, known.user_id);
    const member = await lockExisting(tx, id);
    if (member.user_id === tx.actor.id)
      throw new Problem(
        'member.self_removal',
        403,
        'You cannot remove yourself; delete your account, or ask an owner.',
      );
    assertMayTouch(tx, member.role, member.role);
    if (member.role === 'owner' && (await countMembers(tx)).owners === 1) throw lastOwner([tx.orgId]);
    await endMembership(tx, member);
  });
}

/** What ends with a membership: access to boards, tokens made for the organization, its being the active one. */
export async function endMembership(tx: TxContext, member: MemberRow): Promise<void> {
  await revokeTokensOf(tx, member.user_id);
  await removeMember(tx, member.id);
  await leaveOrganization(tx.db, member.user_id, tx.orgId);
  await publish(tx, memberRemoved, { subjectId: member.id, data: { member: { ...member, board_access: [] } } });
}

/** The organization first: what is counted of its owners then stays true until the end. */
async function lockExisting(tx: TxContext, id: string): Promise<MemberRow> {
  await lockOrganization(tx.db, tx.orgId);
  const member = await lockMember(tx, id);
  if (!member) throw notFound('member', id);
  return member;
}

function assertMayTouch({ caller }: TxContext, before: Role, after: Role): void {
  const isOwner = caller.kind === 'user' && caller.role === 'owner';
  if (isForOwners(before, after) && !isOwner)
    throw new Problem('member.owner_role_restricted', 403, 'Only an owner may make, change or remove an owner.');
}

function isSame(access: AccessUpdate, member: MemberRow, rows: OrganizationBoardAccessRead[]): boolean {
  const toSet = (list: AccessUpdate['board_access']) =>
    new Set(list.map(({ board_id, can_read, can_write }) => `${board_id} ${can_read} ${can_write}`));
  return (
    access.all_boards_read === member.all_boards_read &&
    access.all_boards_write === member.all_boards_write &&
    isDeepStrictEqual(toSet(access.board_access), toSet(rows))
  );
}

/** Tells of a change with the rows per board; the answer leaves them out. */
export async function publishUpdated(tx: TxContext, id: string): Promise<OrganizationMemberRead> {
  const member = await getMember(tx, id);
  await publish(tx, memberUpdated, { subjectId: id, data: { member } });
  return { ...member, board_access: [] };
}

/** Makes a person a member with what is offered; who is one already keeps what they have and gets the rest. */
export async function joinOrganization(tx: TxContext, userId: string, offer: Rights): Promise<OrganizationMemberRead> {
  const known = await lockMemberOfUser(tx, userId);
  const id = known ? await raise(tx, known, offer) : await add(tx, userId, offer);
  const member = await getMember(tx, id);
  await publish(tx, known ? memberUpdated : memberAdded, { subjectId: id, data: { member } });
  return member;
}

async function add(tx: TxContext, userId: string, { role, ...offer }: Rights): Promise<string> {
  const id = newId(tx.now());
  const { board_access, ...flags } = toStoredAccess(offer);
  await insertMember(tx, { ...flags, id, user_id: userId, role });
  await saveAccessRows(tx, id, board_access);
  return id;
}

async function raise(tx: TxContext, { id, role, all_boards_read, all_boards_write }: MemberRow, offer: Rights) {
  const held = { role, all_boards_read, all_boards_write, board_access: await listAccessRows(tx.db, id) };
  const merged = mergeRights(held, offer);
  await saveMember(tx, id, merged);
  await saveAccessRows(tx, id, merged.board_access);
  return id;
}
