import { dropTask, putTask } from '../board-snapshot.ts';
import type { Activity, BoardSnapshot, Task } from '../contract.ts';
import { agentKeys } from '../queries/fleet/agents.ts';
import {
  activityKeys,
  approvalKeys,
  boardKeys,
  dashboardKeys,
  gatewayKeys,
  groupKeys,
  jobKeys,
  memoryKeys,
  taskKeys,
} from '../queries/work-keys.ts';
import { applyLine } from './activity.ts';
import type { Live } from './refresher.ts';

interface Row {
  id: string;
}

/** What the cache holds of a board, as far as the stream changes it. */
interface Snapshot {
  tasks: Row[];
  approvals: Row[];
  chat_messages: Row[];
  agents: Row[];
  pending_approvals_count: number;
}

/** A message of the work half's streams: event name and data of the contract, with the board it is about. */
interface WorkMessage {
  board_id?: string | null;
  type?: string;
  id?: string;
  task_id?: string | null;
  task?: Task | null;
  comment?: { id: string; task_id: string | null };
  approval?: Row & { board_id: string | null };
  pending_approvals_count?: number;
  task_counts?: TaskCounts | TaskCounts[];
  memory?: Row & { board_id?: string; board_group_id?: string; is_chat?: boolean };
  agent?: Row & { board_id?: string | null };
  job?: Row;
  activity?: Activity;
}

interface TaskCounts {
  task_id: string;
  approvals_count: number;
  approvals_pending_count: number;
}

type Apply = (live: Live, message: WorkMessage) => void;

/** By event name of the stream: what it changes in the cache. */
export const workEvents: Record<string, Apply> = {
  task: applyTask,
  comment: (live, { comment }) => {
    live.refresh(activityKeys.comments);
    if (comment?.task_id) live.refresh(taskKeys.comments(comment.task_id));
  },
  approval: applyApproval,
  memory: applyMemory,
  activity: applyActivity,
  job: (live, { job }) => {
    live.refresh(jobKeys.lists);
    if (job) live.refresh(jobKeys.detail(job.id));
  },
  onboarding: (live, { board_id }) => {
    if (board_id) live.refresh(boardKeys.onboarding(board_id));
  },
  deleted: applyDeletion,
};

/** Puts a row where its older self stands, keeping what only lists know; a new one comes first. */
const putFirst = (rows: Row[], row: Row): Row[] =>
  rows.some(({ id }) => id === row.id)
    ? rows.map((old) => (old.id === row.id ? { ...old, ...row } : old))
    : [row, ...rows];

const putLast = (rows: Row[], row: Row): Row[] =>
  rows.some(({ id }) => id === row.id)
    ? rows.map((old) => (old.id === row.id ? { ...old, ...row } : old))
    : [...rows, row];

function patchSnapshot(live: Live, boardId: string, patch: (snapshot: Snapshot) => Partial<Snapshot>): void {
  changeSnapshot<Snapshot>(live, boardId, (snapshot) => ({ ...snapshot, ...patch(snapshot) }));
}

/** Changes a board where it is in the cache; one that is on its way may be older than the change, and is asked for again. */
function changeSnapshot<S>({ queryClient, refresh }: Live, boardId: string, change: (snapshot: S) => S): void {
  const key = boardKeys.snapshot(boardId);
  const snapshot = queryClient.getQueryData<S>(key);
  if (snapshot === undefined) refresh(key);
  else queryClient.setQueryData<S>(key, change(snapshot));
}

function applyTask(live: Live, { task, comment, type }: WorkMessage): void {
  if (comment?.task_id) live.refresh(taskKeys.comments(comment.task_id));
  if (!task?.board_id) return;
  const isNew = type === 'task.created';
  changeSnapshot<BoardSnapshot>(live, task.board_id, (snapshot) => putTask(snapshot, task, isNew));
  live.queryClient.setQueryData<Row>(taskKeys.detail(task.id), (old) => old && { ...old, ...task });
  live.refresh(taskKeys.history(task.id));
  live.refresh(boardKeys.tasks(task.board_id));
  live.refresh(groupKeys.snapshots);
  live.refresh(boardKeys.counted);
  live.refresh(dashboardKeys.all);
}

function applyApproval(live: Live, message: WorkMessage): void {
  const { approval, pending_approvals_count, task_counts } = message;
  if (!approval) return;
  const counts = new Map([task_counts ?? []].flat().map(({ task_id, ...rest }) => [task_id, rest]));
  if (approval.board_id !== null)
    patchSnapshot(live, approval.board_id, ({ approvals, tasks, pending_approvals_count: old }) => ({
      approvals: putFirst(approvals, approval),
      tasks: tasks.map((task) => ({ ...task, ...counts.get(task.id) })),
      pending_approvals_count: pending_approvals_count ?? old,
    }));
  live.queryClient.setQueryData<Row>(approvalKeys.detail(approval.id), (old) => old && { ...old, ...approval });
  live.refresh(approvalKeys.lists);
  live.refresh(approvalKeys.waiting);
  live.refresh(boardKeys.counted);
  live.refresh(dashboardKeys.all);
}

/** Gateways have no messages of their own: their line of history tells that one changed. */
function applyActivity(live: Live, { activity }: WorkMessage): void {
  if (!activity) return;
  applyLine(live, activity);
  if (!activity.event_type.startsWith('gateway.')) return;
  live.refresh(gatewayKeys.lists);
  live.refresh(gatewayKeys.each);
  live.refresh(gatewayKeys.statuses);
}

function applyMemory(live: Live, { memory }: WorkMessage): void {
  if (memory?.board_group_id) live.refresh(memoryKeys.group(memory.board_group_id));
  if (!memory?.board_id) return;
  if (memory.is_chat)
    patchSnapshot(live, memory.board_id, ({ chat_messages }) => ({ chat_messages: putLast(chat_messages, memory) }));
  live.refresh(memoryKeys.board(memory.board_id));
}

function applyDeletion(live: Live, { type, id, board_id, task_id }: WorkMessage): void {
  const without = (rows: Row[]) => rows.filter((row) => row.id !== id);
  if (board_id)
    patchSnapshot(live, board_id, ({ approvals, chat_messages, agents }) => ({
      approvals: without(approvals),
      chat_messages: without(chat_messages),
      agents: without(agents),
    }));
  if (type === 'task.deleted' && board_id && id) applyTaskDeletion(live, board_id, id);
  if (type === 'task.comment_deleted' && task_id) live.refresh(taskKeys.comments(task_id));
  if (type === 'approval.deleted') live.refresh(approvalKeys.lists);
  if (type === 'memory.deleted' && board_id) live.refresh(memoryKeys.board(board_id));
  if (type === 'agent.deleted') live.refresh(agentKeys.lists);
  live.refresh(boardKeys.counted);
}

function applyTaskDeletion({ queryClient, refresh }: Live, boardId: string, taskId: string): void {
  const key = boardKeys.snapshot(boardId);
  const snapshot = queryClient.getQueryData<BoardSnapshot>(key);
  if (snapshot?.tasks.some(({ id }) => id === taskId)) queryClient.setQueryData(key, dropTask(snapshot, taskId));
  else if (snapshot?.tasks_truncated) refresh(key); // one that was not loaded: only the server knows how many are left
  refresh(boardKeys.tasks(boardId));
}

/** An agent of a board changed: its card on the board follows. */
export function applyBoardAgent(live: Live, { agent }: WorkMessage): void {
  live.refresh(boardKeys.counted);
  if (agent?.board_id) patchSnapshot(live, agent.board_id, ({ agents }) => ({ agents: putFirst(agents, agent) }));
}
