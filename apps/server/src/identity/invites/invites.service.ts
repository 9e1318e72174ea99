import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { hashToken, newId, newToken } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { hasRole } from '../access.rules.ts';
import { findAccessOf } from '../board-access/access-rows.store.ts';
import { isWithin, toStoredAccess } from '../board-access/board-access.rules.ts';
import { assertOwnBoards } from '../board-access/board-access.service.ts';
import type { Rights } from '../members/members.rules.ts';
import type { OrganizationMemberRead } from '../members/members.schema.ts';
import { joinOrganization } from '../members/members.service.ts';
import { lockUser, saveFirstOrganization, type UserRow } from '../users/users.store.ts';
import { inviteAccepted, inviteCreated, inviteDeleted, inviteReissued } from './invites.events.ts';
import { isFor, renewedEnd } from './invites.rules.ts';
import type { OrganizationInviteCreate, OrganizationInviteRead } from './invites.schema.ts';
import {
  alreadyPending,
  hasMemberWithEmail,
  insertInvite,
  listInviteAccess,
  lockInvite,
  lockInviteOfEmail,
  lockInviteOfToken,
  removeInvite,
  saveInviteAccepted,
  saveInviteToken,
} from './invites.store.ts';

const DAY_MS = 86_400_000;

/** An invite does not say which organization it is of to whoever has no token of it. */
export const noInvite = () => new Problem('invite.not_found', 404, 'This invite does not exist, or was used already.');

/**
 * Invites an e-mail address; the answer alone holds the token.
 * Throws `board.not_in_organization`, `invite.role_too_high`, `invite.already_member`, `invite.already_pending`.
 */
export function createInvite(ctx: Context, input: OrganizationInviteCreate): Promise<OrganizationInviteRead> {
  const { invited_email, role, expires_in_days = ctx.config.inviteTtlDays } = input;
  const access = toStoredAccess(input);
  const token = newToken('mci_');
  return inTransaction(ctx, async (tx) => {
    await assertOwnBoards(
      tx,
      input.board_access.map(({ board_id }) => board_id),
    );
    await assertMayOffer(tx, { ...access, role });
    if (await hasMemberWithEmail(tx, invited_email))
      throw new Problem('invite.already_member', 409, `${invited_email} is a member already.`);
    await clearExpired(tx, invited_email);
    const { board_access, ...flags } = access;
    const invite = {
      ...flags,
      id: newId(tx.now()),
      invited_email,
      role,
      token_hash: hashToken(token),
      expires_at: new Date(tx.now().getTime() + expires_in_days * DAY_MS),
      created_by_user_id: tx.actor.id,
    };
    await insertInvite(tx, invite, board_access);
    return publishWithToken(tx, inviteCreated, invite.id, token);
  });
}

/**
 * Gives an invite another token for the span it had; the old one is void.
 * Throws `invite.not_found` (an accepted one too), `invite.role_too_high`.
 */
export function reissueInvite(ctx: Context, id: string): Promise<OrganizationInviteRead> {
  const token = newToken('mci_');
  return inTransaction(ctx, async (tx) => {
    const invite = await lockInvite(tx, id);
    if (!invite || invite.status === 'accepted') throw notFound('invite', id);
    await assertMayOffer(tx, await readOffer(tx, invite));
    const expires_at = renewedEnd(new Date(invite.updated_at), new Date(invite.expires_at), tx.now());
    await saveInviteToken(tx, id, { token_hash: hashToken(token), expires_at });
    return publishWithToken(tx, inviteReissued, id, token);
  });
}

/** Deletes an invite, an accepted one too. Throws `invite.not_found`. */
export function deleteInvite(ctx: Context, id: string): Promise<OrganizationInviteRead> {
  return inTransaction(ctx, async (tx) => {
    const invite = await lockInvite(tx, id);
    if (!invite) throw notFound('invite', id);
    await withdraw(tx, invite);
    return invite;
  });
}

/**
 * Accepts an invite as the signed-in person whose verified e-mail it names.
 * Throws `invite.not_found`, `invite.expired`, `invite.email_mismatch`.
 */
export function acceptInvite(ctx: Context, token: string): Promise<OrganizationMemberRead> {
  return inTransaction(ctx, async (tx) => {
    const user = await lockUser(tx.db, tx.actor.id);
    const invite = await lockPending(tx, token);
    if (!user || !isFor(invite.invited_email, user.email, user.email_verified))
      throw new Problem(
        'invite.email_mismatch',
        403,
        'This invite is for another e-mail address, or yours is not verified.',
      );
    return takeInvite(tx, invite, user);
  });
}

/** Makes a person a member as an invite says, and marks it used. The user's row and the invite's are locked. */
export async function takeInvite(
  tx: TxContext,
  invite: OrganizationInviteRead,
  user: UserRow,
): Promise<OrganizationMemberRead> {
  const there = { ...tx, orgId: invite.organization_id };
  const member = await joinOrganization(there, user.id, await readOffer(tx, invite));
  await saveInviteAccepted(tx.db, invite.id, user.id, tx.now());
  await saveFirstOrganization(tx.db, user.id, there.orgId);
  await publishInvite(there, inviteAccepted, invite.id);
  return member;
}

/** The invite that a token opens, locked. Throws `invite.not_found`, `invite.expired`. */
export async function lockPending(tx: TxContext, token: string): Promise<OrganizationInviteRead> {
  const invite = await lockInviteOfToken(tx, hashToken(token));
  if (!invite || invite.status === 'accepted') throw noInvite();
  if (invite.status === 'expired')
    throw new Problem('invite.expired', 410, 'This invite has expired: ask whoever sent it for another.');
  return invite;
}

async function readOffer(
  { db }: TxContext,
  { id, role, all_boards_read, all_boards_write }: OrganizationInviteRead,
): Promise<Rights> {
  return { role, all_boards_read, all_boards_write, board_access: await listInviteAccess(db, id) };
}

/** Nobody offers more than they have. Owners reach everything. */
async function assertMayOffer(tx: TxContext, offer: Rights): Promise<void> {
  const { caller } = tx;
  if (caller.kind === 'user' && caller.role === 'owner') return;
  const mayRole = caller.kind === 'user' && hasRole(caller.role, offer.role);
  if (!mayRole || !isWithin(offer, await findAccessOf(tx, tx.actor.id)))
    throw new Problem('invite.role_too_high', 403, 'An invite cannot give a role or access that you do not have.');
}

/** An invite that ended is no hindrance to another. Throws `invite.already_pending` for one that still stands. */
async function clearExpired(tx: TxContext, email: string): Promise<void> {
  const known = await lockInviteOfEmail(tx, email);
  if (known?.status === 'pending') throw alreadyPending(email);
  if (known) await withdraw(tx, known);
}

async function withdraw(tx: TxContext, invite: OrganizationInviteRead): Promise<void> {
  await removeInvite(tx, invite.id);
  await publish(tx, inviteDeleted, { subjectId: invite.id, data: { invite } });
}

async function publishInvite(tx: TxContext, event: typeof inviteCreated, id: string): Promise<OrganizationInviteRead> {
  const invite = await lockInvite(tx, id);
  if (!invite) throw notFound('invite', id);
  await publish(tx, event, { subjectId: id, data: { invite } });
  return invite;
}

const publishWithToken = async (
  tx: TxContext,
  event: typeof inviteCreated,
  id: string,
  token: string,
): Promise<OrganizationInviteRead> => ({ ...(await publishInvite(tx, event, id)), token });
