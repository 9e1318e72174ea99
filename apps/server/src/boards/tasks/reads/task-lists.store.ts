import { type RawBuilder, sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import { type FieldFilter, listFieldFilters, parseSort, parseStatuses, type TaskSort } from './filters.rules.ts';
import type { TaskQuery } from './task-query.schema.ts';
import { TASK_FIELDS, TASK_JOINS } from './task-shape.sql.ts';

type Condition = RawBuilder<unknown>;

/**
 * A page of tasks with their exact number, as the JSON text of `Page_TaskRead`: of one board, or of all that the caller
 * may read. Throws `task.status_unknown`, `task.sort_unknown`.
 */
export async function listTasks(ctx: Context, query: TaskQuery, boardId?: string): Promise<string> {
  const { limit, offset } = query;
  const where = sql.join(toConditions(ctx, query, boardId), sql` and `);
  const { by, isDescending } = parseSort(query.sort);
  const key = sql.raw(SORT_KEYS[by]);
  const direction = sql.raw(isDescending ? 'desc' : 'asc');
  // Filters may be dear, so they are asked once for the page and the total; ids make the order total. The page is an
  // array because a join with a limit that the planner does not know reads the whole table.
  const { rows } = await sql<{ total: number; items: string }>`
    with matching as materialized (select t.id, ${key} as sort_key from tasks t where ${where}),
    page as (select id from matching order by sort_key ${direction} nulls last, id ${direction}
      limit ${limit} offset ${offset}),
    t as (select * from tasks where id = any(array(select id from page))),
    ${sql.raw(TASK_FIELDS)}
    select (select count(*)::int from matching) as total,
      (select coalesce(json_agg(w order by ${key} ${direction} nulls last, t.id ${direction}), '[]')::text
        from t ${sql.raw(TASK_JOINS)}) as items`.execute(ctx.db);
  const { total = 0, items = '[]' } = rows[0] ?? {};
  return `{"items":${items},"total":${total},"limit":${limit},"offset":${offset}}`;
}

/** A condition for each filter that was sent, and the bounds. */
function toConditions(ctx: Context, query: TaskQuery, boardId: string | undefined): Condition[] {
  const when = <T>(value: T | undefined, toCondition: (value: T) => Condition): Condition[] =>
    value === undefined ? [] : [toCondition(value)];
  return [
    sql`t.org_id = ${ctx.orgId}`,
    boardId === undefined ? mayReadBoard(ctx, sql.ref('t.board_id')) : sql`t.board_id = ${boardId}`,
    ...when(parseStatuses(query.status), (statuses) => sql`t.status = any(${statuses}::text[])`),
    ...when(query.assigned_agent_id, (id) => sql`t.assigned_agent_id = ${id}`),
    ...when(query.unassigned || undefined, () => sql`t.assigned_agent_id is null`),
    ...when(query.q?.trim() || undefined, (text) => sql`t.search @@ websearch_to_tsquery('simple', ${text})`),
    ...when(query.priority, (priority) => sql`t.priority = ${priority}`),
    ...when(query.tag_id, hasTag),
    ...when(query.due_before, (at) => sql`t.due_at < ${at}::timestamptz`),
    ...when(query.due_after, (at) => sql`t.due_at > ${at}::timestamptz`),
    ...when(query.is_blocked, (wanted) => sql`${isBlocked(ctx, boardId)} = ${wanted}::boolean`),
    ...when(query.updated_since, (at) => sql`t.updated_at >= ${at}::timestamptz`),
    ...when(query.created_by, (id) => sql`(t.created_by_user_id = ${id}::uuid or t.created_by_agent_id = ${id}::uuid)`),
    ...listFieldFilters(query).map(holdsValue),
  ];
}

const hasTag = (ids: string[]): Condition =>
  sql`exists (select 1 from tag_assignments x where x.task_id = t.id and x.tag_id = any(${ids}::uuid[]))`;

/** Bounded by itself: as a subquery of each task it was planned over the tasks of every organization. */
const isBlocked = ({ orgId }: Context, boardId: string | undefined): Condition => sql`(
  t.status <> 'done' and t.id in (
    select x.task_id from task_dependencies x join tasks o on o.id = x.depends_on_task_id
    where x.org_id = ${orgId} and ${boardId === undefined ? sql`true` : sql`x.board_id = ${boardId}`}
      and o.status <> 'done'))`;

/** Values are compared as text; a field without a stored value holds its default. */
const holdsValue = ({ key, value }: FieldFilter): Condition => sql`exists (
  select 1 from board_task_custom_fields x
  join task_custom_field_definitions d on d.id = x.task_custom_field_definition_id
  left join task_custom_field_values v on v.task_id = t.id and v.task_custom_field_definition_id = d.id
  where x.board_id = t.board_id and d.field_key = ${key} and coalesce(v.value, d.default_value) #>> '{}' = ${value})`;

const SORT_KEYS: Record<TaskSort['by'], string> = {
  created_at: 't.created_at',
  updated_at: 't.updated_at',
  due_at: 't.due_at',
  priority: "coalesce(array_position(array['high', 'medium', 'low'], t.priority), 4)",
  status: "array_position(array['inbox', 'in_progress', 'review', 'done'], t.status)",
  title: 'lower(t.title)',
  position: 't.position',
};
