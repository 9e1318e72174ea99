import { type Insertable, sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { Tables } from '#server/platform/postgres/tables.gen.ts';
import { notFound, onConstraint } from '#server/platform/problem.ts';
import { TASK_FIELDS, TASK_JOINS } from './reads/task-shape.sql.ts';
import type { TaskRead } from './tasks.schema.ts';

/** A task by the board that a path names. */
export interface TaskKey {
  boardId: string;
  taskId: string;
}

/**
 * SQL: whether a row of `tasks` is this one. The board is compared in a way that no index answers: to the planner
 * organization and board look as rare as the id, and it would read the whole board for one task.
 */
export const isTask = ({ orgId }: Context, { boardId, taskId }: TaskKey) =>
  sql<boolean>`org_id = ${orgId} and id = ${taskId} and board_id is not distinct from ${boardId}`;

const fields = sql.raw(TASK_FIELDS);
const joins = sql.raw(TASK_JOINS);

export async function findTask(ctx: Context, key: TaskKey): Promise<TaskRead | undefined> {
  const { rows } = await sql<{ task: TaskRead }>`
    with t as (select * from tasks where ${isTask(ctx, key)}), ${fields}
    select to_json(w) as task from t ${joins}`.execute(ctx.db);
  return rows[0]?.task;
}

/** Throws `task.not_found`. */
export async function getTask(ctx: Context, key: TaskKey): Promise<TaskRead> {
  const task = await findTask(ctx, key);
  if (!task) throw notFound('task', key.taskId);
  return task;
}

/** These tasks of the organization, in the order of their ids. */
export async function listTasksById({ db, orgId }: Context, ids: string[]): Promise<TaskRead[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ task: TaskRead }>`
    with t as (select * from tasks where org_id = ${orgId} and id = any(${ids}::uuid[])), ${fields}
    select to_json(w) as task from t ${joins} order by t.id`.execute(db);
  return rows.map(({ task }) => task);
}

/** Columns of a new task that the database does not fill in. */
export type NewTask = Omit<Insertable<Tables['tasks']>, 'org_id' | 'created_at' | 'updated_at' | 'version'>;

/** Inserts a task and the first row of its history. Throws `board.not_found`, `agent.not_found`. */
export async function insertTask({ db, orgId, now, actor }: TxContext, task: NewTask): Promise<void> {
  const at = now();
  const row = { ...task, org_id: orgId, created_at: at, updated_at: at };
  const first = sql`insert into task_status_changes (id, org_id, board_id, task_id, cycle, to_status, actor_kind, actor_id, at)
    values (${newId(at)}, ${orgId}, ${task.board_id}, ${task.id}, 1, ${task.status ?? 'inbox'}, ${actor.kind}, ${actor.id}, ${at})`;
  await onAgent(
    task.assigned_agent_id,
    onConstraint(db.insertInto('tasks').values(row).execute(), 'tasks_org_id_board_id_fkey', () =>
      notFound('board', task.board_id),
    ),
  );
  await first.execute(db);
}

/** The agent may have gone since it was looked up. */
export const onAgent = <T>(agentId: string | null | undefined, statement: Promise<T>): Promise<T> =>
  onConstraint(statement, 'tasks_assigned_agent_id_fkey', () => notFound('agent', agentId ?? ''));

/** Fields that have no part in moves. */
export type TaskFields = Partial<Pick<TaskRead, 'title' | 'description' | 'priority' | 'due_at'>>;

/** Writes fields only; the version goes up with the task's standing. */
export async function saveTaskFields({ db, orgId }: TxContext, id: string, fields: TaskFields): Promise<void> {
  await db.updateTable('tasks').set(fields).where('org_id', '=', orgId).where('id', '=', id).execute();
}

export async function removeTask({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('tasks').where('org_id', '=', orgId).where('id', '=', id).execute();
}
