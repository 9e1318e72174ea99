import type { Client } from './seed.ts';

/** One call of a measured operation. */
export interface Call {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  body?: object;
  /** An agent calls instead of a person. */
  asAgent?: true;
}

export interface MeasuredOperation {
  name: string;
  /** Milliseconds that 99 of 100 calls must take at most. */
  floorMs: number;
  targetMs: number;
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
const RANGES = ['24h', '7d', '1m', '3m'];
const MOVES = ['review', 'in_progress'];

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
    call: ({ boards }, n) => ({ method: 'GET', path: `/boards/${pick(boards, n)}/snapshot` }),
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
