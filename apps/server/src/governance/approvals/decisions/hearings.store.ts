import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import type { Decision, Voice } from '../approvals.rules.ts';
import type { LockedApproval } from './decisions.store.ts';

/** A decision as it is kept. */
export interface DecisionRow extends Decision {
  id: string;
}

export interface HearingRow {
  /** In the order they were made. */
  decisions: DecisionRow[];
  /** Of everybody who has decided and of the caller; rights of their own before lent ones. */
  voices: Voice[];
}

/**
 * The decisions about a locked approval, and what these people may say about it now: the right to write on the board, or
 * with departments on a board of one; about no board admins decide; whom a policy asks in person may as such. Whoever speaks with a lent voice must be able to write on the board itself.
 */
export async function readHearing({ db, orgId, actor, now }: TxContext, approval: LockedApproval): Promise<HearingRow> {
  const { id, boardId } = approval;
  const groups = sql`${[...approval.eligibleGroupIds]}::uuid[]`;
  const { roles, userIds, groupIds } = approval.asked ?? { roles: [], userIds: [], groupIds: [] };
  const asksBoard = approval.asked ? roles.includes('board') : approval.eligibleGroupIds.length === 0;
  const { rows } = await sql<HearingRow>`
    with made as (select * from approval_decisions where org_id = ${orgId} and approval_id = ${id}),
    people as (select ${actor.id}::uuid as id union select user_id from made where user_id is not null),
    lent as (
      select to_user_id, from_user_id, group_ids from approval_delegations
      where org_id = ${orgId} and to_user_id in (select id from people) and cardinality(${groups}) > 0
        and from_at <= ${now()} and until > ${now()}),
    writers as (
      select m.user_id, b.id as board_id, b.board_group_id as group_id
      from organization_members m join boards b on b.org_id = m.org_id
      where m.org_id = ${orgId} and (b.id = ${boardId} or b.board_group_id = any(${groups}))
        and m.user_id in (select id from people union select from_user_id from lent)
        and (m.all_boards_write or exists (select 1 from organization_board_access x
          where x.organization_member_id = m.id and x.board_id = b.id and x.can_write))),
    voices as (
      select user_id, group_id, null::uuid as lender from writers
      where group_id = any(${groups}) and user_id in (select id from people)
      union
      select user_id, null, null from writers
      where ${asksBoard}::boolean and board_id = ${boardId} and user_id in (select id from people)
      union
      select m.user_id, null, null from organization_members m
      where ${asksBoard}::boolean and ${boardId}::uuid is null and m.org_id = ${orgId} and m.role in ('owner', 'admin')
        and m.user_id in (select id from people)
      union
      select m.user_id, null, null from organization_members m
      where m.org_id = ${orgId} and m.user_id in (select id from people)
        and (m.user_id = any(${userIds}::uuid[]) or m.role = any(${roles}::text[]) or exists (
          select 1 from boards b where b.org_id = m.org_id and b.board_group_id = any(${groupIds}::uuid[])
            and (m.all_boards_write or exists (select 1 from organization_board_access x
              where x.organization_member_id = m.id and x.board_id = b.id and x.can_write))))
      union
      select l.to_user_id, w.group_id, l.from_user_id from lent l join writers w on w.user_id = l.from_user_id
      where w.group_id = any(${groups}) and (l.group_ids = '{}' or w.group_id = any(l.group_ids))
        and exists (select 1 from writers d where d.user_id = l.to_user_id and d.board_id = ${boardId}))
    select
      (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'userId', user_id, 'groupId', board_group_id,
        'delegatedByUserId', delegated_by_user_id, 'decision', decision) order by created_at, id), '[]')
        from made) as decisions,
      (select coalesce(jsonb_agg(jsonb_build_object('userId', user_id, 'groupId', group_id, 'delegatedByUserId', lender)
        order by lender nulls first, array_position(${groups}, group_id)), '[]') from voices) as voices`.execute(db);
  return rows[0] ?? { decisions: [], voices: [] };
}
