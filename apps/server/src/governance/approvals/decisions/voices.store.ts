import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import type { Voice } from '../approvals.rules.ts';

export interface VoicesOf {
  boardId: string;
  groupIds: readonly string[];
  userIds: string[];
}

/**
 * What people may say about an approval now, rights of their own before lent ones: the right to write on the board, or
 * with departments on a board of one. Whoever speaks with a lent voice must be able to write on the board itself.
 */
export async function listVoices(
  { db, orgId, now }: TxContext,
  { boardId, groupIds, userIds }: VoicesOf,
): Promise<Voice[]> {
  const groups = sql`${[...groupIds]}::uuid[]`;
  const { rows } = await sql<Voice>`
    with lent as (
      select to_user_id, from_user_id, group_ids from approval_delegations
      where org_id = ${orgId} and to_user_id = any(${userIds}::uuid[]) and cardinality(${groups}) > 0
        and from_at <= ${now()} and until > ${now()}),
    writers as (
      select m.user_id, b.id as board_id, b.board_group_id as group_id
      from organization_members m join boards b on b.org_id = m.org_id
      where m.org_id = ${orgId} and (b.id = ${boardId} or b.board_group_id = any(${groups}))
        and (m.user_id = any(${userIds}::uuid[]) or m.user_id in (select from_user_id from lent))
        and (m.all_boards_write or exists (select 1 from organization_board_access x
          where x.organization_member_id = m.id and x.board_id = b.id and x.can_write))),
    voices as (
      select user_id, group_id, null::uuid as delegated_by from writers
      where group_id = any(${groups}) and user_id = any(${userIds}::uuid[])
      union
      select user_id, null, null from writers
      where cardinality(${groups}) = 0 and board_id = ${boardId} and user_id = any(${userIds}::uuid[])
      union
      select l.to_user_id, w.group_id, l.from_user_id from lent l join writers w on w.user_id = l.from_user_id
      where w.group_id = any(${groups}) and (l.group_ids = '{}' or w.group_id = any(l.group_ids))
        and exists (select 1 from writers d where d.user_id = l.to_user_id and d.board_id = ${boardId}))
    select user_id as "userId", group_id as "groupId", delegated_by as "delegatedByUserId" from voices
    order by delegated_by nulls first, array_position(${groups}, group_id)`.execute(db);
  return rows;
}
