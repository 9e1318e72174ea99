const instant = (column: string): string => `to_char(t.${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;

/** Columns of `tasks` that go to the wire as they are. */
const PLAIN = [
  ...['id', 'board_id', 'title', 'description', 'status', 'priority', 'position', 'assigned_agent_id', 'cycle'],
  ...['created_by_user_id', 'auto_created', 'auto_reason', 'version'],
] as const;

const INSTANTS = ['due_at', 'in_progress_at', 'previous_in_progress_at', 'created_at', 'updated_at'] as const;

const DEPENDENCIES = `
  select coalesce(json_agg(d.id), '[]') as ids, coalesce(json_agg(d.id) filter (where d.is_open), '[]') as open_ids,
    coalesce(bool_or(d.is_open), false) as is_blocked
  from (
    select o.id, o.status <> 'done' and t.status <> 'done' as is_open
    from task_dependencies x join tasks o on o.id = x.depends_on_task_id
    where x.task_id = t.id order by x.created_at, x.id) d`;

const TAGS = `
  select coalesce(json_agg(labels.ids[g.place]), '[]') as ids, coalesce(json_agg(labels.refs[g.place]), '[]') as refs
  from (
    select array_position(labels.ids, x.tag_id) as place from tag_assignments x
    where x.task_id = t.id order by place) g`;

/** A field without a stored value shows its default; a value of a field that left the board is not shown. */
const VALUES = `
  select coalesce(fields.defaults || coalesce(
    jsonb_object_agg(fields.keys[array_position(fields.ids, v.task_custom_field_definition_id)], v.value)
      filter (where v.task_custom_field_definition_id = any(fields.ids)), '{}'), '{}') as map
  from task_custom_field_values v where v.task_id = t.id`;

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

/**
 * Goes into the WITH list behind a query `t` of rows of `tasks`: the custom fields of their boards and the tags that they
 * have, in order, read once (for each task the fields were a third of the cost of a list, the tags two thirds of a board's).
 */
export const TASK_FIELDS = `fields as materialized (
  select x.board_id, jsonb_object_agg(d.field_key, d.default_value) as defaults, array_agg(d.field_key) as keys,
    array_agg(d.id) as ids
  from board_task_custom_fields x join task_custom_field_definitions d on d.id = x.task_custom_field_definition_id
  where x.board_id in (select board_id from t) group by x.board_id),
labels as materialized (
  select array_agg(g.id) as ids, array_agg(g.ref) as refs
  from (
    select id, json_build_object('id', id, 'name', name, 'slug', slug, 'color', color) as ref from tags
    where id in (select x.tag_id from t join tag_assignments x on x.task_id = t.id)
    order by lower(name), created_at, id) g)`;

/** Joins the wire shape `TaskRead` of `t` as `w`, behind {@link TASK_FIELDS}; `to_json(w)` is the whole. */
export const TASK_JOINS = `
  left join fields on fields.board_id = t.board_id
  cross join labels
  cross join lateral (${DEPENDENCIES}) dependencies
  cross join lateral (${TAGS}) tagged
  cross join lateral (${VALUES}) held
  cross join lateral (select ${SHAPE}) w`;
