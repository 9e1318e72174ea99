import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { Grant } from './grants.schema.ts';
import type { GrantedCall } from './likes.rules.ts';

/** Until when an approved call may begin, and calls like it. */
const TTL_MS = 15 * 60_000;
const LIKE_TTL_MS = 86_400_000;

/**
 * Gives leave for the call that an approval was asked for; nothing where no process waits for it. Where all who approved
 * meant calls like it, too, leave is for as many as its rule says, and the approval is used with that.
 */
export async function insertGrant({ db, orgId, actor, now }: TxContext, approvalId: string): Promise<void> {
  const after = (ms: number) => new Date(now().getTime() + ms);
  await sql`
    with asked as (
      select a.*, case when votes.is_like then a.payload -> 'like' end as like_it
      from approvals a, lateral (
        select bool_and(d.allows_like) as is_like from approval_decisions d
        where d.org_id = a.org_id and d.approval_id = a.id and d.decision = 'approved') votes
      where a.org_id = ${orgId} and a.id = ${approvalId} and a.kind = 'policy'
        and num_nulls(a.agent_id, a.producer_id, a.run_id, a.step_key) = 0),
    made as (
      insert into grants (id, org_id, approval_id, agent_id, producer_id, run_id, step_key, args_hash, pins, uses_left,
        expires_at, created_at)
      select ${newId(now())}, org_id, id, agent_id, producer_id, run_id, step_key, args_hash, like_it -> 'pins',
        coalesce((like_it ->> 'uses')::int, 1),
        case when like_it is null then ${after(TTL_MS)}::timestamptz else ${after(LIKE_TTL_MS)} end, ${now()}
      from asked
      on conflict (approval_id) do nothing
      returning approval_id, pins)
    update approvals a set consumed_at = ${now()}, consumed_by = ${JSON.stringify(actor)}::jsonb
    from made where a.org_id = ${orgId} and a.id = made.approval_id and made.pins is not null`.execute(db);
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

const GRANT = ['id', 'approval_id', 'uses_left', 'expires_at', 'pins'] as const;

export const findGrantOf = ({ db, orgId }: Context, approvalId: string): Promise<Grant | undefined> =>
  db
    .selectFrom('grants')
    .select(GRANT)
    .$castTo<Grant>() // pins are checked when they come in
    .where('org_id', '=', orgId)
    .where('approval_id', '=', approvalId)
    .executeTakeFirst();

/** A grant of the calling process, with what it is for. */
export const findOwnGrant = ({ db, orgId, actor }: Context, id: string): Promise<(Grant & GrantedCall) | undefined> =>
  db
    .selectFrom('grants as g')
    .innerJoin('approvals as a', 'a.id', 'g.approval_id')
    .select(['g.id', 'g.approval_id', 'g.uses_left', 'g.expires_at', 'g.pins'])
    .select(['g.step_key', 'g.args_hash', 'g.run_id', 'a.tool'])
    .where('g.org_id', '=', orgId)
    .where('g.id', '=', id)
    .where('g.producer_id', '=', actor.id)
    .$castTo<Grant & GrantedCall>() // as above
    .executeTakeFirst();

/** Uses a grant of the calling process once; undefined when it was used up or has ended. */
export const useGrant = ({ db, orgId, actor, now }: TxContext, id: string): Promise<Grant | undefined> =>
  db
    .updateTable('grants')
    .set((eb) => ({ uses_left: eb('uses_left', '-', 1), used_at: now() }))
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .where('producer_id', '=', actor.id)
    .where('uses_left', '>', 0)
    .where('expires_at', '>', now().toISOString())
    .returning(GRANT)
    .$castTo<Grant>() // as above
    .executeTakeFirst();
