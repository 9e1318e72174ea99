const instant = (column: string): string => `to_char(t.${column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as ${column}`;

/** Columns of `tasks` that go to the wire as they are. */
const PLAIN = [
  ...['id', 'board_id', 'title', 'description', 'status', 'priority', 'position', 'assigned_agent_id', 'cycle'],
  ...['created_by_user_id', 'auto_created', 'auto_reason', 'version'],
] as const;

const INSTANTS = ['due_at', 'in_progress_at', 'previous_in_progress_at', 'created_at', 'updated_at'] as const;

const DEPENDENCIES = `
  select coalesce(json_agg(x.depends_on_task_id order by x.created_at, x.id), '[]') as ids,
    coalesce(json_agg(x.depends_on_task_id order by x.created_at, x.id)
      filter (where o.status <> 'done' and t.status <> 'done'), '[]') as open_ids,
    coalesce(bool_or(o.status <> 'done' and t.status <> 'done'), false) as is_blocked
  from task_dependencies x join tasks o on o.id = x.depends_on_task_id
  where x.task_id = t.id`;

const TAGS = `
  select coalesce(json_agg(g.id order by lower(g.name), g.created_at, g.id), '[]') as ids,
    coalesce(json_agg(json_build_object('id', g.id, 'name', g.name, 'slug', g.slug, 'color', g.color)
      order by lower(g.name), g.created_at, g.id), '[]') as refs
  from tag_assignments x join tags g on g.id = x.tag_id
  where x.task_id = t.id`;

/** A field without a stored value shows its default. */
const VALUES = `
  select coalesce(json_object_agg(d.field_key, coalesce(v.value, d.default_value) order by d.field_key), '{}') as map
  from board_task_custom_fields x
  join task_custom_field_definitions d on d.id = x.task_custom_field_definition_id
  left join task_custom_field_values v on v.task_id = t.id and v.task_custom_field_definition_id = d.id
  where x.board_id = t.board_id`;

const SHAPE = [
  ...PLAIN.map((column) => `t.${column}`),
  ...INSTANTS.map(instant),
  'dependencies.ids as depends_on_task_ids',
  'dependencies.open_ids as blocked_by_task_ids',
  'dependencies.is_blocked',
  'tagged.ids as tag_ids',
  'tagged.refs as tags',
  'held.map as custom_field_values',
].join(', ');

/** Joins the wire shape `TaskRead` of row `t` as `w`; `to_json(w)` is the whole. */
export const TASK_JOINS = `
  cross join lateral (${DEPENDENCIES}) dependencies
  cross join lateral (${TAGS}) tagged
  cross join lateral (${VALUES}) held
  cross join lateral (select ${SHAPE}) w`;
