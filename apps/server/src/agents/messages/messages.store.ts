import type { Context, TxContext } from '#server/platform/context.ts';

/** Whom a message goes to: where the agent can be reached, and the board it works on. */
export interface Recipient {
  id: string;
  name: string;
  kind: string;
  board_id: string | null;
  board_name: string | null;
  paused_at: string | null;
  gateway_id: string | null;
  openclaw_session_id: string | null;
  control_state: string;
}

const recipients = ({ db, orgId }: TxContext) =>
  db
    .selectFrom('agents as a')
    .leftJoin('boards as b', (join) => join.onRef('b.org_id', '=', 'a.org_id').onRef('b.id', '=', 'a.board_id'))
    .select(['a.id', 'a.name', 'a.kind', 'a.board_id', 'b.name as board_name', 'b.paused_at'])
    .select(['a.gateway_id', 'a.openclaw_session_id', 'a.control_state'])
    .where('a.org_id', '=', orgId);

export const findRecipients = (tx: TxContext, ids: string[]): Promise<Recipient[]> =>
  ids.length === 0 ? Promise.resolve([]) : recipients(tx).where('a.id', 'in', ids).execute();

export const listBoardRecipients = (tx: TxContext, boardId: string): Promise<Recipient[]> =>
  recipients(tx).where('a.board_id', '=', boardId).execute();

/** What a message was about, as far as it still stands. */
export async function findStanding({ db, orgId }: Context, agentId: string, taskId: string | null) {
  const agent = await db
    .selectFrom('agents')
    .select(['id', 'name', 'board_id', 'gateway_id'])
    .where('org_id', '=', orgId)
    .where('id', '=', agentId)
    .executeTakeFirst();
  const task =
    taskId === null
      ? undefined
      : await db
          .selectFrom('tasks')
          .select('id')
          .where('org_id', '=', orgId)
          .where('id', '=', taskId)
          .executeTakeFirst();
  return { agent, task };
}
