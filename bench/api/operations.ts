import type { Client } from './seed.ts';

/** One call of a measured operation. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: object;
  /** An agent calls instead of a person. */
  asAgent?: true;
  /** Only prepares the next call: its time does not count. */
  isUntimed?: true;
}

export interface MeasuredOperation extends NamedCalls {
  /** Milliseconds that 99 of 100 calls must take at most. */
  floorMs: number;
  targetMs: number;
}

export interface NamedCalls {
  name: string;
  /** The `n`th call of a connection; undefined when its rows are used up. */
  call(client: Client, n: number): Call | undefined;
}

const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length];

const LISTS = [
  '?status=inbox,in_progress&priority=high&limit=50',
  '?q=invoice&sort=-updated_at&limit=50',
  '?is_blocked=true&limit=50',
  '?status=review&sort=priority&limit=50',
];
/** Boards that one person looks at again and again. */
const OPEN_BOARDS = 5;
const RANGES = ['24h', '7d', '1m', '3m'];
const MOVES = ['review', 'in_progress'];

const snapshotOf = (board: string | undefined): Call => ({ method: 'GET', path: `/boards/${board}/snapshot` });

/** A snapshot that nothing kept can answer: a task of its board has just changed. */
export const SNAPSHOT_AFTER_CHANGE: NamedCalls = {
  name: 'board_snapshot_after_change',
  call({ tasks }, n) {
    const task = pick(tasks, n >> 1);
    if (n % 2 === 1) return snapshotOf(task?.board_id);
    const body = { priority: n % 4 === 0 ? 'high' : 'low' };
    return task && { method: 'PATCH', path: `/boards/${task.board_id}/tasks/${task.id}`, body, isUntimed: true };
  },
};

/** What issue 3 names. */
export const OPERATIONS: MeasuredOperation[] = [
  {
    name: 'list_tasks',
    floorMs: 50,
    targetMs: 25,
    call: ({ boards }, n) => ({ method: 'GET', path: `/boards/${pick(boards, n)}/tasks${pick(LISTS, n)}` }),
  },
  {
    name: 'board_snapshot',
    floorMs: 100,
    targetMs: 50,
    call: ({ boards }, n) => snapshotOf(pick(boards.slice(0, OPEN_BOARDS), n)),
  },
  {
    name: 'patch_task_status',
    floorMs: 50,
    targetMs: 25,
    call({ tasks }, n) {
      const task = pick(tasks, n);
      const status = pick(MOVES, Math.floor(n / tasks.length));
      return task && { method: 'PATCH', path: `/boards/${task.board_id}/tasks/${task.id}`, body: { status } };
    },
  },
  {
    name: 'agent_check_in',
    floorMs: 50,
    targetMs: 25,
    call: () => ({ method: 'POST', path: '/agent/heartbeat', asAgent: true }),
  },
  {
    name: 'create_comment',
    floorMs: 50,
    targetMs: 25,
    call({ tasks }, n) {
      const task = pick(tasks, n);
      const body = { message: `Half of it is done; the rest follows after lunch (${n}).` };
      return task && { method: 'POST', path: `/boards/${task.board_id}/tasks/${task.id}/comments`, body };
    },
  },
  {
    name: 'resolve_approval',
    floorMs: 50,
    targetMs: 25,
    call({ approvals }, n) {
      const approval = approvals[n];
      const body = { status: n % 2 === 0 ? 'approved' : 'rejected' };
      return approval && { method: 'PATCH', path: `/boards/${approval.board_id}/approvals/${approval.id}`, body };
    },
  },
  {
    name: 'dashboard',
    floorMs: 50,
    targetMs: 25,
    call: (_, n) => ({ method: 'GET', path: `/metrics/dashboard?range_key=${pick(RANGES, n)}` }),
  },
];
