import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { Grant, GrantConsume } from './grants.schema.ts';

/** Until when an approved call may begin. */
const TTL_MS = 15 * 60_000;

/** Gives leave for the call that an approval was asked for; nothing where no process waits for it. */
export async function insertGrant({ db, orgId, now }: TxContext, approvalId: string): Promise<void> {
  await sql`
    insert into grants (id, org_id, approval_id, agent_id, producer_id, run_id, step_key, args_hash, uses_left, expires_at, created_at)
    select ${newId(now())}, org_id, id, agent_id, producer_id, run_id, step_key, args_hash, 1,
      ${new Date(now().getTime() + TTL_MS)}, ${now()}
    from approvals
    where org_id = ${orgId} and id = ${approvalId} and kind = 'policy'
      and num_nulls(agent_id, producer_id, run_id, step_key) = 0
    on conflict (approval_id) do nothing`.execute(db);
}

/** Takes leave back that was not used. */
export async function revokeGrant({ db, orgId }: TxContext, approvalId: string): Promise<void> {
  await db
    .updateTable('grants')
    .set({ uses_left: 0 })
    .where('org_id', '=', orgId)
    .where('approval_id', '=', approvalId)
    .execute();
}

export const findGrantOf = ({ db, orgId }: Context, approvalId: string): Promise<Grant | undefined> =>
  db
    .selectFrom('grants')
    .select(['id', 'approval_id', 'uses_left', 'expires_at'])
    .where('org_id', '=', orgId)
    .where('approval_id', '=', approvalId)
    .executeTakeFirst();

/** A grant as whoever wants to use it needs to know it: of the calling process only. */
export interface OwnGrant extends Grant {
  step_key: string;
  args_hash: string;
}

export const findOwnGrant = ({ db, orgId, actor }: Context, id: string): Promise<OwnGrant | undefined> =>
  db
    .selectFrom('grants')
    .select(['id', 'approval_id', 'uses_left', 'expires_at', 'step_key', 'args_hash'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('producer_id', '=', actor.id)
    .executeTakeFirst();

/** Uses a grant of the calling process up; undefined when it was used, has ended, or is for something else. */
export const useGrant = (
  { db, orgId, actor, now }: TxContext,
  id: string,
  { step_key, args_hash }: GrantConsume,
): Promise<Grant | undefined> =>
  db
    .updateTable('grants')
    .set((eb) => ({ uses_left: eb('uses_left', '-', 1), used_at: now() }))
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('producer_id', '=', actor.id)
    .where('step_key', '=', step_key)
    .where('args_hash', '=', args_hash)
    .where('uses_left', '>', 0)
    .where('expires_at', '>', now().toISOString())
    .returning(['id', 'approval_id', 'uses_left', 'expires_at'])
    .executeTakeFirst();
