import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { onConstraint } from '#server/platform/problem.ts';
import type { TaskStatus } from '../tasks/tasks.schema.ts';
import { dependencyNotFound } from './dependencies.rules.ts';

/** Edges that a look for cycles walks at most. */
const MAX_EDGES = 10_000;

/** Holds the board's graph of dependencies until the transaction ends: two changes cannot close a cycle together. */
export async function lockGraph({ db }: TxContext, boardId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('dependencies:' || ${boardId}, 0))`.execute(db);
}

/** A task that another waits for. */
export interface Dependency {
  id: string;
  status: TaskStatus;
}

/** These tasks of the board; they keep their status until the transaction ends. */
export async function lockDependencies(
  { db, orgId }: TxContext,
  boardId: string,
  ids: string[],
): Promise<Dependency[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('tasks')
    .select(['id', 'status'])
    .where('org_id', '=', orgId)
    .where('board_id', '=', boardId)
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .orderBy('id')
    .forShare()
    .execute();
  return rows as Dependency[]; // the column's constraint knows the same statuses
}

/** Whether one of `ids` waits for `taskId`, directly or through others. True also when that is too far to tell. */
export async function isAncestor({ db }: TxContext, taskId: string, ids: string[]): Promise<boolean> {
  const { rows } = await sql<{ is_found: boolean; count: number }>`
    with recursive behind (id) as (
      select unnest(${ids}::uuid[])
      union
      select d.depends_on_task_id from behind join task_dependencies d on d.task_id = behind.id)
    select coalesce(bool_or(id = ${taskId}), false) as is_found, count(*)::int as count
    from (select id from behind limit ${MAX_EDGES + 1}) walked`.execute(db);
  const { is_found = false, count = 0 } = rows[0] ?? {};
  return is_found || count > MAX_EDGES;
}

/** Makes these the dependencies of a task. Throws `task.dependency_not_found`. */
export async function saveDependencies(
  { db, orgId, now }: TxContext,
  { boardId, taskId }: { boardId: string; taskId: string },
  ids: string[],
): Promise<void> {
  const statement = sql`
    with gone as (delete from task_dependencies where task_id = ${taskId} and depends_on_task_id <> all(${ids}::uuid[]))
    insert into task_dependencies (id, org_id, board_id, task_id, depends_on_task_id, created_at)
    select row_id, ${orgId}, ${boardId}, ${taskId}, depends_on_task_id, ${now()}
    from unnest(${ids.map(() => newId(now()))}::uuid[], ${ids}::uuid[]) as given (row_id, depends_on_task_id)
    on conflict (task_id, depends_on_task_id) do nothing`;
  await onConstraint(statement.execute(db), 'task_dependencies_board_id_depends_on_task_id_fkey', () =>
    dependencyNotFound(ids),
  );
}

/** Ids of the tasks that wait for one of these and are not done themselves, in order. */
export async function listDependents({ db, orgId }: TxContext, taskId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select t.id from task_dependencies d join tasks t on t.id = d.task_id
    where t.org_id = ${orgId} and d.depends_on_task_id = ${taskId} and t.status <> 'done' order by t.id`.execute(db);
  return rows.map(({ id }) => id);
}
