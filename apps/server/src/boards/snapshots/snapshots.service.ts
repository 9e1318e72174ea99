import { listBoardAgents } from '#server/agents/index.ts';
import { type ApprovalRead, findPending, listRecentApprovals } from '#server/governance/index.ts';
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
import type { KeptSnapshot, KeptSnapshots } from './kept.ts';
import type {
  BoardGroupSnapshot,
  BoardGroupSnapshotQuery,
  BoardSnapshot,
  GroupSnapshotQuery,
} from './snapshots.schema.ts';
import { countTasks, findChange, listFirstTasks } from './snapshots.store.ts';

const MAX_SHOWN = 200;
/** What facts do not tell of (a name that is gone with its row) is older at most by this. */
const KEPT_MS = 60_000;

/**
 * A board with all that its page shows, and where streams go on from it: the JSON of a `BoardSnapshot`, since most of it
 * is JSON already. What facts tell of is given again until one comes. Throws `board.not_found`.
 */
export async function getBoardSnapshot(ctx: Context, boardId: string, kept: KeptSnapshots): Promise<string> {
  const known = kept.find(boardId, ctx.now().getTime());
  const [found, board, agents] = await readTogether(ctx, (one) =>
    Promise.all([
      known ? findUnchanged(one, boardId, known) : read(one, boardId),
      getBoard(one, boardId),
      listBoardAgents(one, boardId),
    ]),
  );
  const current = found ?? (await readTogether(ctx, (one) => read(one, boardId)));
  kept.keep(boardId, current);
  const rest: Pick<BoardSnapshot, 'board' | 'agents' | 'cursor'> = {
    board,
    agents,
    cursor: formatCursor({ ...current.view, id: 0 }),
  };
  return `${current.text},${JSON.stringify(rest).slice(1)}`;
}

async function findUnchanged(one: Context, boardId: string, known: KeptSnapshot): Promise<KeptSnapshot | undefined> {
  const { view, hasChanged } = await findChange(one, boardId, known);
  return hasChanged ? undefined : { ...known, view };
}

async function read(one: Context, boardId: string): Promise<KeptSnapshot> {
  const readAt = one.now().getTime();
  const [view, { tasks, ...totals }, approvals, pending, chat] = await Promise.all([
    // Before the rows are read: what changes meanwhile is streamed again rather than missed.
    findEnd(one.db),
    listTaskCards(one, boardId),
    listRecentApprovals(one, boardId, MAX_SHOWN),
    findPending(one, boardId),
    listChat(one, boardId, MAX_SHOWN),
  ]);
  const rest: Omit<BoardSnapshot, 'tasks' | 'board' | 'agents' | 'cursor'> = {
    ...totals,
    approvals,
    pending_approvals_count: pending.count,
    chat_messages: chat.toReversed(),
  };
  return {
    text: `{"tasks":${tasks},${JSON.stringify(rest).slice(1, -1)}`,
    names: namesIn(approvals),
    view,
    readAt,
    // An approval that nobody decides in time is another one then, without a fact.
    until: Math.min(
      readAt + KEPT_MS,
      pending.next_expiry === null ? Number.POSITIVE_INFINITY : Date.parse(pending.next_expiry),
    ),
  };
}

/** People in approvals by their ids. */
function namesIn(approvals: ApprovalRead[]): Record<string, string | null> {
  const askers = approvals.map(({ requested_by }) => requested_by).filter(({ kind }) => kind === 'user');
  const deciders = approvals.flatMap(({ decisions }) =>
    decisions.map((one) => ({ id: one.user_id, name: one.user_name })),
  );
  return Object.fromEntries([...askers, ...deciders].flatMap(({ id, name }) => (id ? [[id, name]] : [])));
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
