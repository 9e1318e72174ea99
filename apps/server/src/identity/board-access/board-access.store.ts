import { type Expression, type RawBuilder, sql } from 'kysely';
import type { AgentCaller, Context, Role, UserCaller } from '#server/platform/context.ts';
import type { Database } from '#server/platform/postgres/database.ts';

const TRUE = sql<boolean>`true`;

/**
 * SQL: whether the caller may read the board that `boardId` (a column or value of a board of the caller's organization)
 * names. Keys of the organization and the system read every board; processes none.
 */
export function mayReadBoard({ caller, orgId }: Context, boardId: Expression<string | null>): RawBuilder<boolean> {
  if (caller.kind === 'user') return mayUserReach(caller, boardId, 'can_read');
  if (caller.kind === 'agent') return mayAgentReach(caller, orgId, boardId);
  return sql<boolean>`${caller.kind !== 'process'}::boolean`;
}

/** SQL: whether the caller may write on the board; see {@link mayReadBoard}. Keys never may. */
export function mayWriteBoard({ caller, orgId }: Context, boardId: Expression<string | null>): RawBuilder<boolean> {
  if (caller.kind === 'user') return mayUserReach(caller, boardId, 'can_write');
  if (caller.kind === 'agent') return mayAgentReach(caller, orgId, boardId);
  return sql<boolean>`${caller.kind === 'system'}::boolean`;
}

function mayUserReach(caller: UserCaller, boardId: Expression<string | null>, need: 'can_read' | 'can_write') {
  if (caller.allBoardsWrite || (need === 'can_read' && caller.allBoardsRead)) return TRUE;
  const allowed = need === 'can_write' ? sql`x.can_write` : sql`(x.can_read or x.can_write)`;
  return sql<boolean>`exists (select 1 from organization_board_access x
    where x.organization_member_id = ${caller.memberId} and x.board_id = ${boardId} and ${allowed})`;
}

function mayAgentReach(caller: AgentCaller, orgId: string, boardId: Expression<string | null>) {
  if (caller.agentKind !== 'main') return sql<boolean>`${boardId} = ${caller.boardId}::uuid`;
  return sql<boolean>`exists (select 1 from boards x
    where x.org_id = ${orgId} and x.gateway_id = ${caller.gatewayId}::uuid and x.id = ${boardId})`;
}

/** A board with what a person may do there; no membership means that it is another organization's. */
export interface BoardOfUser {
  org_id: string;
  member: { id: string; role: Role; all_boards_read: boolean; all_boards_write: boolean } | null;
  can_read: boolean;
  can_write: boolean;
}

/** SQL: {@link BoardOfUser} for a column or value that names the person. */
export const selectBoardOfUser = (boardId: string, userId: RawBuilder<string>) => sql<BoardOfUser>`
    select b.org_id,
      case when m.id is not null then jsonb_build_object('id', m.id, 'role', m.role,
        'all_boards_read', m.all_boards_read, 'all_boards_write', m.all_boards_write) end as member,
      coalesce(m.all_boards_read or m.all_boards_write or a.can_read or a.can_write, false) as can_read,
      coalesce(m.all_boards_write or a.can_write, false) as can_write
    from boards b
    left join organization_members m on m.org_id = b.org_id and m.user_id = ${userId}
    left join organization_board_access a on a.organization_member_id = m.id and a.board_id = b.id
    where b.id = ${boardId}`;

export async function findBoardOfUser(db: Database, boardId: string, userId: string): Promise<BoardOfUser | undefined> {
  const { rows } = await selectBoardOfUser(boardId, sql`${userId}::uuid`).execute(db);
  return rows[0];
}

export const findBoardPlace = (db: Database, orgId: string, boardId: string) =>
  db
    .selectFrom('boards')
    .select(['id', 'gateway_id'])
    .where('org_id', '=', orgId)
    .where('id', '=', boardId)
    .executeTakeFirst();
