import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import { TASK_FIELDS, TASK_JOINS } from './task-shape.sql.ts';

const MAX_DONE = 200;

/** The tasks that a board shows, newest first: all open ones and the newest done ones. */
export interface TaskCards {
  /** JSON of `TaskCardRead[]`, as it goes to the wire: nobody looks into it on the way. */
  tasks: string;
  /** All tasks of the board. */
  tasks_total: number;
  tasks_truncated: boolean;
}

export async function listTaskCards({ db, orgId, now }: Context, boardId: string): Promise<TaskCards> {
  const { rows } = await sql<{ tasks: string; tasks_total: number; shown: number }>`
    with t as (
      (select * from tasks where org_id = ${orgId} and board_id = ${boardId}
        and status in ('inbox', 'in_progress', 'review'))
      union all
      (select * from tasks where org_id = ${orgId} and board_id = ${boardId} and status = 'done'
        order by created_at desc, id desc limit ${MAX_DONE})),
    ${sql.raw(TASK_FIELDS)}
    select coalesce(json_agg(card order by t.created_at desc, t.id desc), '[]')::text as tasks, count(*)::int as shown,
      (select count(*)::int from tasks where org_id = ${orgId} and board_id = ${boardId}) as tasks_total
    from t ${sql.raw(TASK_JOINS)}
    left join agents assignee on assignee.id = t.assigned_agent_id
    cross join lateral (
      select count(*) as total, count(*) filter (where l.pending and p.expires_at > ${now()}) as pending
      from approval_task_links l join approvals p on p.id = l.approval_id
      where l.org_id = t.org_id and l.task_id = t.id and p.kind = 'board') approvals
    cross join lateral (select count(*) as count from task_comments c where c.task_id = t.id) comments
    cross join lateral (select w.*, assignee.name as assignee, approvals.total as approvals_count,
      approvals.pending as approvals_pending_count, comments.count as comments_count) card`.execute(db);
  const { tasks = '[]', tasks_total = 0, shown = 0 } = rows[0] ?? {};
  return { tasks, tasks_total, tasks_truncated: shown < tasks_total };
}
