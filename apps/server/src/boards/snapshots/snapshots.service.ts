import { listBoardAgents } from '#server/agents/index.ts';
import { countPendingApprovals, listRecentApprovals } from '#server/governance/index.ts';
import { type Context, readTogether } from '#server/platform/context.ts';
import { formatCursor } from '#server/platform/events/cursor.ts';
import { findEnd } from '#server/platform/events/events.store.ts';
import type { BoardRead } from '../boards/boards.schema.ts';
import { getBoard } from '../boards/boards.service.ts';
import { listBoardsOfGroup } from '../boards/boards.store.ts';
import { getGroup } from '../groups/groups.service.ts';
import { findGroup } from '../groups/groups.store.ts';
import { listChat } from '../memory/memory.store.ts';
import { listTaskCards } from '../tasks/reads/task-cards.store.ts';
import { TaskStatus } from '../tasks/tasks.schema.ts';
import type {
  BoardGroupSnapshot,
  BoardGroupSnapshotQuery,
  BoardSnapshot,
  GroupSnapshotQuery,
} from './snapshots.schema.ts';
import { countTasks, listFirstTasks } from './snapshots.store.ts';

const MAX_SHOWN = 200;

/**
 * A board with all that its page shows, and where streams go on from it: the JSON of a `BoardSnapshot`, since its tasks
 * are JSON already. Throws `board.not_found`.
 */
export async function getBoardSnapshot(ctx: Context, boardId: string): Promise<string> {
  const [end, board, { tasks, ...totals }, agents, approvals, chat] = await readTogether(ctx, (one) =>
    Promise.all([
      // Before the rows are read: what changes meanwhile is streamed again rather than missed.
      findEnd(one.db),
      getBoard(one, boardId),
      listTaskCards(one, boardId),
      listBoardAgents(one, boardId),
      listRecentApprovals(one, boardId, MAX_SHOWN),
      listChat(one, boardId, MAX_SHOWN),
    ]),
  );
  const isAll = approvals.length < MAX_SHOWN;
  const pending = approvals.filter(({ status }) => status === 'pending').length;
  const rest: Omit<BoardSnapshot, 'tasks'> = {
    board,
    ...totals,
    agents,
    approvals,
    pending_approvals_count: isAll ? pending : await countPendingApprovals(ctx, boardId),
    chat_messages: chat.toReversed(),
    cursor: formatCursor(end),
  };
  return `{"tasks":${tasks},${JSON.stringify(rest).slice(1)}`;
}

/** The boards of a group that the caller may see. Throws `board_group.not_found`, `board.access_denied`. */
export async function getGroupSnapshot(
  ctx: Context,
  groupId: string,
  query: GroupSnapshotQuery,
): Promise<BoardGroupSnapshot> {
  const group = await getGroup(ctx, groupId, 'read');
  return { group, boards: await listBoardSnapshots(ctx, await listBoardsOfGroup(ctx, group.id), query) };
}

/** The other boards of a board's group that the caller may see; nothing without a group. Throws `board.not_found`. */
export async function getSiblingSnapshot(
  ctx: Context,
  boardId: string,
  { include_self, ...query }: BoardGroupSnapshotQuery,
): Promise<BoardGroupSnapshot> {
  const board = await getBoard(ctx, boardId);
  const group = board.board_group_id === null ? undefined : await findGroup(ctx, board.board_group_id);
  if (!group) return { group: null, boards: [] };
  const boards = (await listBoardsOfGroup(ctx, group.id)).filter(({ id }) => include_self || id !== board.id);
  return { group, boards: await listBoardSnapshots(ctx, boards, query) };
}

async function listBoardSnapshots(
  ctx: Context,
  boards: BoardRead[],
  { include_done, per_board_task_limit }: GroupSnapshotQuery,
): Promise<BoardGroupSnapshot['boards']> {
  const ids = boards.map(({ id }) => id);
  const statuses = TaskStatus.options.filter((status) => include_done || status !== 'done');
  const [counts, tasks] = await Promise.all([
    countTasks(ctx, ids),
    listFirstTasks(ctx, ids, { perBoard: per_board_task_limit, statuses }),
  ]);
  return boards.map((board) => ({
    board,
    task_counts: Object.fromEntries(
      TaskStatus.options.map((status) => [
        status,
        counts.find((one) => one.board_id === board.id && one.status === status)?.count ?? 0,
      ]),
    ),
    tasks: tasks.filter(({ board_id }) => board_id === board.id),
  }));
}
