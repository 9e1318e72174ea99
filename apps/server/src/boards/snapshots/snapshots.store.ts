import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { TaskStatus } from '../tasks/tasks.schema.ts';
import type { BoardGroupTaskSummary } from './snapshots.schema.ts';

export interface StatusCount {
  board_id: string;
  status: TaskStatus;
  count: number;
}

export async function countTasks({ db, orgId }: Context, boardIds: string[]): Promise<StatusCount[]> {
  const { rows } = await sql<StatusCount>`select board_id, status, count(*)::int as count from tasks
    where org_id = ${orgId} and board_id = any(${boardIds}::uuid[]) group by board_id, status`.execute(db);
  return rows;
}

/** The first tasks of each board: what is worked on, in review, waiting, done; then by priority, the last changed first. */
export async function listFirstTasks(
  { db, orgId }: Context,
  boardIds: string[],
  { perBoard, statuses }: { perBoard: number; statuses: TaskStatus[] },
): Promise<BoardGroupTaskSummary[]> {
  const { rows } = await sql<BoardGroupTaskSummary>`
    select t.id, t.board_id, b.name as board_name, t.title, t.status, t.priority, t.assigned_agent_id, a.name as assignee,
      t.due_at, t.in_progress_at, tagged.refs as tags, t.created_at, t.updated_at
    from boards b
    cross join lateral (
      select *, array_position(array['in_progress', 'review', 'inbox'], status) as stage,
        array_position(array['high', 'medium', 'low'], priority) as urgency
      from tasks where org_id = b.org_id and board_id = b.id and status = any(${statuses}::text[])
      order by stage, urgency, updated_at desc, id desc limit ${perBoard}) t
    left join agents a on a.id = t.assigned_agent_id
    cross join lateral (
      select coalesce(json_agg(json_build_object('id', g.id, 'name', g.name, 'slug', g.slug, 'color', g.color)
        order by lower(g.name), g.created_at, g.id), '[]') as refs
      from tag_assignments x join tags g on g.id = x.tag_id where x.task_id = t.id) tagged
    where b.org_id = ${orgId} and b.id = any(${boardIds}::uuid[])
    order by t.stage, t.urgency, t.updated_at desc, t.id desc`.execute(db);
  return rows;
}
