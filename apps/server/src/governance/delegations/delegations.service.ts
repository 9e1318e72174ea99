import { hasRole } from '#server/identity/index.ts';
import { type Context, inTransaction } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { forbidden, notFound, Problem } from '#server/platform/problem.ts';
import { findUnknownGroups } from '../approvals/requests/requests.store.ts';
import { delegationCreated, delegationDeleted } from './delegations.events.ts';
import type { ApprovalDelegationCreate, ApprovalDelegationRead } from './delegations.schema.ts';
import { findDelegation, insertDelegation, isMember, removeDelegation } from './delegations.store.ts';

const LONGEST_MS = 30 * 86_400_000;

/** Whether the caller may see and end what others lent. */
export const isAdmin = ({ caller }: Context): boolean => caller.kind === 'user' && hasRole(caller.role, 'admin');

/**
 * Lends the caller's voice in joint approvals to another member. Throws `member.not_found`, `board_group.not_found`,
 * `request.invalid` for a time that is empty or longer than 30 days.
 */
export function createDelegation(ctx: Context, request: ApprovalDelegationCreate): Promise<ApprovalDelegationRead> {
  return inTransaction(ctx, async (tx) => {
    const fromAt = request.from_at ? new Date(request.from_at) : tx.now();
    const until = new Date(request.until);
    const lastsMs = until.getTime() - fromAt.getTime();
    if (lastsMs <= 0 || lastsMs > LONGEST_MS) throw invalid('until', 'A voice is lent for some time, at most 30 days.');
    if (request.to === tx.actor.id) throw invalid('to', 'Your voice is yours already.');
    if (!(await isMember(tx, request.to))) throw notFound('member', request.to);
    const groupIds = [...new Set(request.groups)];
    const [unknown] = await findUnknownGroups(tx, groupIds);
    if (unknown) throw notFound('board_group', unknown);
    const id = await insertDelegation(tx, { toUserId: request.to, groupIds, fromAt, until });
    const delegation = await getDelegation(tx, id);
    await publish(tx, delegationCreated, { subjectId: id, data: { delegation } });
    return delegation;
  });
}

/** Takes a voice back, by whoever lent it or an admin. Throws `delegation.not_found`. */
export function deleteDelegation(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const delegation = await getDelegation(tx, id);
    const isTheirs = [delegation.from.id, delegation.to.id].includes(tx.actor.id);
    if (!isTheirs && !isAdmin(tx)) throw notFound('delegation', id);
    if (delegation.from.id !== tx.actor.id && !isAdmin(tx)) throw forbidden('Only who lent the voice takes it back.');
    await removeDelegation(tx, id);
    await publish(tx, delegationDeleted, { subjectId: id, data: { delegation } });
  });
}

async function getDelegation(ctx: Context, id: string): Promise<ApprovalDelegationRead> {
  const delegation = await findDelegation(ctx, id);
  if (!delegation) throw notFound('delegation', id);
  return delegation;
}

const invalid = (field: string, message: string) =>
  new Problem('request.invalid', 422, message, { body: [{ loc: ['body', field], msg: message, type: 'value_error' }] });
