import { type RawBuilder, sql } from 'kysely';
import { mayReadBoard } from '#server/identity/index.ts';
import type { Context } from '#server/platform/context.ts';
import type { TaskRead } from '../tasks.schema.ts';
import { type FieldFilter, listFieldFilters, parseSort, parseStatuses, type TaskSort } from './filters.rules.ts';
import type { TaskQuery } from './task-query.schema.ts';
import { TASK_FIELDS, TASK_JOINS } from './task-shape.sql.ts';

type Condition = RawBuilder<unknown>;

export interface TaskList {
  items: TaskRead[];
  total: number;
  limit: number;
  offset: number;
}

/** A page of a board's tasks with their exact number. Throws `task.status_unknown`, `task.sort_unknown`. */
export const listBoardTasks = (ctx: Context, boardId: string, query: TaskQuery): Promise<TaskList> =>
  listWhere(ctx, sql`t.board_id = ${boardId}`, query);

/** A page of the tasks on every board that the caller may read, or on one of them; see {@link listBoardTasks}. */
export const listTasks = (ctx: Context, query: TaskQuery, boardId?: string): Promise<TaskList> =>
  listWhere(
    ctx,
    boardId === undefined ? mayReadBoard(ctx, sql.ref('t.board_id')) : sql`t.board_id = ${boardId}`,
    query,
  );

async function listWhere(ctx: Context, scope: Condition, query: TaskQuery): Promise<TaskList> {
  const { limit, offset } = query;
  const where = sql.join([sql`t.org_id = ${ctx.orgId}`, scope, ...toConditions(query)], sql` and `);
  const order = toOrder(parseSort(query.sort));
  const { rows } = await sql<{ total: number; items: TaskRead[] }>`
    with t as (select * from tasks t where ${where} order by ${order} limit ${limit} offset ${offset}),
    ${sql.raw(TASK_FIELDS)}
    select (select count(*)::int from tasks t where ${where}) as total,
      (select coalesce(json_agg(w order by ${order}), '[]') from t ${sql.raw(TASK_JOINS)}) as items`.execute(ctx.db);
  const { total = 0, items = [] } = rows[0] ?? {};
  return { items, total, limit, offset };
}

function toConditions(query: TaskQuery): Condition[] {
  const statuses = parseStatuses(query.status);
  const text = query.q?.trim() || undefined;
  const given: [unknown, Condition][] = [
    [statuses, sql`t.status = any(${statuses}::text[])`],
    [query.assigned_agent_id, sql`t.assigned_agent_id = ${query.assigned_agent_id}`],
    [query.unassigned || undefined, sql`t.assigned_agent_id is null`],
    [text, sql`t.search @@ websearch_to_tsquery('simple', ${text})`],
    [query.priority, sql`t.priority = ${query.priority}`],
    [
      query.tag_id,
      sql`exists (select 1 from tag_assignments x where x.task_id = t.id and x.tag_id = any(${query.tag_id}::uuid[]))`,
    ],
    [query.due_before, sql`t.due_at < ${query.due_before}::timestamptz`],
    [query.due_after, sql`t.due_at > ${query.due_after}::timestamptz`],
    [query.is_blocked, sql`${isBlocked} = ${query.is_blocked}::boolean`],
    [query.updated_since, sql`t.updated_at >= ${query.updated_since}::timestamptz`],
    [
      query.created_by,
      sql`(t.created_by_user_id = ${query.created_by}::uuid or t.created_by_agent_id = ${query.created_by}::uuid)`,
    ],
  ];
  return [
    ...given.filter(([value]) => value !== undefined).map(([, condition]) => condition),
    ...listFieldFilters(query).map(holdsValue),
  ];
}

const isBlocked = sql`(t.status <> 'done' and exists (
  select 1 from task_dependencies x join tasks o on o.id = x.depends_on_task_id
  where x.task_id = t.id and o.status <> 'done'))`;

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

/** Ids make the order total, so that pages neither lose nor repeat a task. */
function toOrder({ by, isDescending }: TaskSort): Condition {
  const direction = isDescending ? 'desc' : 'asc';
  return sql.raw(`${SORT_KEYS[by]} ${direction} nulls last, t.id ${direction}`);
}
