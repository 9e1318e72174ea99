import type { Context } from '#server/platform/context.ts';

/** An agent that works on a board, as far as telling it something needs it. */
export interface Listener {
  id: string;
  name: string;
  kind: string;
  is_board_lead: boolean;
}

const agents = ({ db, orgId }: Context) =>
  db
    .selectFrom('agents as a')
    .select(['a.id', 'a.name', 'a.kind', 'a.is_board_lead'])
    .where('a.org_id', '=', orgId)
    .orderBy('a.created_at')
    .orderBy('a.id')
    .$narrowType<{ is_board_lead: boolean }>();

/** The agents of a board. */
export const listBoardListeners = (ctx: Context, boardId: string): Promise<Listener[]> =>
  agents(ctx).where('a.board_id', '=', boardId).execute();

/** The agents of every board of a group. */
export const listGroupListeners = (ctx: Context, groupId: string): Promise<Listener[]> =>
  agents(ctx)
    .innerJoin('boards as b', (join) => join.onRef('b.org_id', '=', 'a.org_id').onRef('b.id', '=', 'a.board_id'))
    .where('b.board_group_id', '=', groupId)
    .execute();
