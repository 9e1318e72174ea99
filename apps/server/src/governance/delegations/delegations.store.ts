import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { ApprovalDelegationQuery, ApprovalDelegationRead } from './delegations.schema.ts';

const SELECT = sql`
  select d.id, d.group_ids, d.from_at, d.until, d.created_at,
    jsonb_build_object('id', f.id, 'name', f.name, 'email', f.email) as "from",
    jsonb_build_object('id', t.id, 'name', t.name, 'email', t.email) as "to"
  from approval_delegations d join users f on f.id = d.from_user_id join users t on t.id = d.to_user_id`;

export async function findDelegation({ db, orgId }: Context, id: string): Promise<ApprovalDelegationRead | undefined> {
  const { rows } = await sql<ApprovalDelegationRead>`${SELECT} where d.org_id = ${orgId} and d.id = ${id}`.execute(db);
  return rows[0];
}

/** Newest first, one more than the limit; those that the caller gave or got unless all are asked for. */
export async function listDelegations(
  { db, orgId, actor }: Context,
  { limit, all }: ApprovalDelegationQuery,
  after: readonly [string, string] | undefined,
): Promise<ApprovalDelegationRead[]> {
  const mine = all ? sql`true` : sql`${actor.id}::uuid in (d.from_user_id, d.to_user_id)`;
  const behind = after ? sql`(d.created_at, d.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : sql`true`;
  const { rows } = await sql<ApprovalDelegationRead>`${SELECT}
    where d.org_id = ${orgId} and ${mine} and ${behind}
    order by d.created_at desc, d.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

export async function isMember({ db, orgId }: Context, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('organization_members')
    .select('id')
    .where('org_id', '=', orgId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}

export interface NewDelegation {
  toUserId: string;
  groupIds: string[];
  fromAt: Date;
  until: Date;
}

/** Lends the caller's voice; returns the id. */
export async function insertDelegation(
  { db, orgId, actor, now }: TxContext,
  delegation: NewDelegation,
): Promise<string> {
  const id = newId(now());
  await db
    .insertInto('approval_delegations')
    .values({
      id,
      org_id: orgId,
      from_user_id: actor.id,
      to_user_id: delegation.toUserId,
      group_ids: delegation.groupIds,
      from_at: delegation.fromAt,
      until: delegation.until,
      created_at: now(),
    })
    .execute();
  return id;
}

export const removeDelegation = ({ db, orgId }: TxContext, id: string) =>
  db.deleteFrom('approval_delegations').where('org_id', '=', orgId).where('id', '=', id).execute();
