import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { BoardCounts, BoardRead } from './boards.schema.ts';

/** Boards with how much is on each of them. */
export async function addCounts(
  ctx: Context,
  boards: readonly BoardRead[],
): Promise<(BoardRead & { counts: BoardCounts })[]> {
  const counts = await countOnBoards(
    ctx,
    boards.map(({ id }) => id),
  );
  return boards.flatMap((board) => {
    const counted = counts.get(board.id);
    return counted ? [{ ...board, counts: counted }] : []; // it went meanwhile
  });
}

async function countOnBoards({ db, orgId, now }: Context, ids: string[]): Promise<Map<string, BoardCounts>> {
  const { rows } = await sql<{ id: string; counts: BoardCounts }>`
    select b.id, jsonb_build_object('tasks', task.total, 'open_tasks', task.open, 'pending_approvals', approval.pending,
      'agents', agent.total, 'agents_online', agent.online) as counts
    from boards b
    cross join lateral (select count(*) as total, count(*) filter (where status <> 'done') as open
      from tasks where org_id = b.org_id and board_id = b.id) task
    cross join lateral (select count(*) as pending from approvals
      where org_id = b.org_id and board_id = b.id and status = 'pending' and expires_at > ${now()}) approval
    cross join lateral (select count(*) as total, count(*) filter (where status = 'online') as online
      from agents where org_id = b.org_id and board_id = b.id) agent
    where b.org_id = ${orgId} and b.id = any(${ids}::uuid[])`.execute(db);
  return new Map(rows.map(({ id, counts }) => [id, counts]));
}
