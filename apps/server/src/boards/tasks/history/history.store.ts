import { sql } from 'kysely';
import type { Context } from '#server/platform/context.ts';
import type { TaskKey } from '../tasks.store.ts';
import type { TaskStatusChange } from './history.schema.ts';

/** A task's steps from status to status, oldest first, with who made each. */
export async function listStatusChanges({ db, orgId }: Context, { boardId, taskId }: TaskKey) {
  const { rows } = await sql<TaskStatusChange>`
    select c.id, c.task_id, c.cycle, c.from_status, c.to_status, c.at,
      json_build_object('kind', c.actor_kind, 'id', case when c.actor_kind <> 'system' then c.actor_id end,
        'name', coalesce(a.name, nullif(u.preferred_name, ''), nullif(u.name, ''))) as actor
    from task_status_changes c
    left join agents a on a.org_id = c.org_id and a.id = case c.actor_kind when 'agent' then c.actor_id::uuid end
    left join users u on u.id = case c.actor_kind when 'user' then c.actor_id::uuid end
    where c.org_id = ${orgId} and c.board_id = ${boardId} and c.task_id = ${taskId}
    order by c.at, c.id`.execute(db);
  return rows;
}
