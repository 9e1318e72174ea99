import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { removeEvents } from '#server/platform/events/events.store.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { removeExports } from '../exports/archive-folder.ts';
import { insertMember } from '../members/members.store.ts';
import {
  findMembership,
  lockUser,
  lockUsersIn,
  type Membership,
  saveActiveOrganization,
} from '../users/users.store.ts';
import { organizationCreated, organizationDeleted } from './organizations.events.ts';
import type { OrganizationCreate, OrganizationRead } from './organizations.schema.ts';
import {
  findOrganization,
  hasOrganizationNamed,
  insertOrganization,
  lockOrganization,
  removeOrganization,
} from './organizations.store.ts';

export async function getOrganization({ db }: Context, id: string): Promise<OrganizationRead> {
  const organization = await findOrganization(db, id);
  if (!organization) throw notFound('organization', id);
  return organization;
}

/** Makes an organization, owned by the caller and active. Throws `organization.name_taken`. */
export function createOrganization(ctx: Context, { name }: OrganizationCreate): Promise<OrganizationRead> {
  return inTransaction(ctx, async (tx) => {
    await lockUser(tx.db, tx.actor.id);
    if (await hasOrganizationNamed(tx, name))
      throw new Problem('organization.name_taken', 409, `You have an organization named ${name} already.`);
    const { org_id } = await foundOrganization(tx, tx.actor.id, name);
    return getOrganization(tx, org_id);
  });
}

/** Makes an organization with its owner, whose active one it becomes. The user's row is locked. */
export async function foundOrganization(tx: TxContext, userId: string, name: string): Promise<Membership> {
  const at = tx.now();
  const there = { ...tx, orgId: newId(at) };
  const owner = {
    id: newId(at),
    user_id: userId,
    role: 'owner',
    all_boards_read: true,
    all_boards_write: true,
  } as const;
  const organization = await insertOrganization(tx.db, there.orgId, name, at);
  await insertMember(there, owner);
  await saveActiveOrganization(tx.db, userId, there.orgId);
  await publish(there, organizationCreated, { subjectId: there.orgId, data: { organization } });
  return { ...owner, org_id: there.orgId };
}

/** Makes an organization of the caller the active one. Throws `organization.access_denied`. */
export function activateOrganization(ctx: Context, id: string): Promise<OrganizationRead> {
  return inTransaction(ctx, async (tx) => {
    if (!(await findMembership(tx.db, tx.actor.id, id)))
      throw new Problem('organization.access_denied', 403, 'You are not a member of this organization.');
    await saveActiveOrganization(tx.db, tx.actor.id, id);
    return getOrganization(tx, id);
  });
}

/** Deletes the active organization with everything in it. What runs on gateways is removed by jobs that outlive it. */
export async function deleteOrganization(ctx: Context): Promise<void> {
  await inTransaction(ctx, eraseOrganization);
  await forgetOrganization(ctx);
}

/** The part of deleting that is one transaction; {@link forgetOrganization} follows its commit. */
export async function eraseOrganization(tx: TxContext): Promise<void> {
  await lockUsersIn(tx.db, tx.orgId);
  await lockOrganization(tx.db, tx.orgId);
  await removeEvents(tx.db, tx.orgId);
  await publish(tx, organizationDeleted, { subjectId: tx.orgId, data: {} });
  await removeOrganization(tx.db, tx.orgId);
}

/** What the database does not hold of a deleted organization. */
export async function forgetOrganization({ config, log, orgId }: Context): Promise<void> {
  log.info({ organization_id: orgId }, 'an organization was deleted');
  await removeExports(config, orgId);
}
