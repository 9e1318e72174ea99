import { sql } from 'kysely';
import type { TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import { onConstraint } from '#server/platform/problem.ts';
import { tagNotFound } from './links.rules.ts';

/** An agent that a task may be assigned to. */
export interface Assignee {
  id: string;
  kind: string;
  board_id: string | null;
  gateway_id: string | null;
}

export const findAssignee = ({ db, orgId }: TxContext, id: string): Promise<Assignee | undefined> =>
  db
    .selectFrom('agents')
    .select(['id', 'kind', 'board_id', 'gateway_id'])
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .executeTakeFirst();

/** Which of these ids are no tags of the organization. */
export async function listUnknownTags({ db, orgId }: TxContext, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ id: string }>`
    select id from tags where org_id = ${orgId} and id = any(${ids}::uuid[])`.execute(db);
  return ids.filter((id) => !rows.some((tag) => tag.id === id));
}

/** Makes these the tags of a task. Throws `tag.not_found`. */
export async function saveTags({ db, orgId, now }: TxContext, taskId: string, ids: string[]): Promise<void> {
  const statement = sql`
    with gone as (delete from tag_assignments where task_id = ${taskId} and tag_id <> all(${ids}::uuid[]))
    insert into tag_assignments (id, org_id, task_id, tag_id, created_at)
    select row_id, ${orgId}, ${taskId}, tag_id, ${now()}
    from unnest(${ids.map(() => newId(now()))}::uuid[], ${ids}::uuid[]) as given (row_id, tag_id)
    on conflict (task_id, tag_id) do nothing`;
  await onConstraint(statement.execute(db), 'tag_assignments_org_id_tag_id_fkey', () => tagNotFound(ids));
}

/** Writes values by definition id; null takes a value away. The definitions are locked. */
export async function saveValues(
  { db, orgId, now }: TxContext,
  taskId: string,
  values: ReadonlyMap<string, unknown>,
): Promise<void> {
  const at = now();
  const given = [...values].map(([definition, value]) => ({ id: newId(at), definition, value }));
  await sql`
    with given as (select * from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g (id uuid, definition uuid, value jsonb)),
    gone as (delete from task_custom_field_values v using given g
      where v.task_id = ${taskId} and v.task_custom_field_definition_id = g.definition and g.value is null)
    insert into task_custom_field_values as held (id, org_id, task_id, task_custom_field_definition_id, value, created_at,
      updated_at)
    select id, ${orgId}, ${taskId}, definition, value, ${at}, ${at} from given where value is not null
    on conflict (task_id, task_custom_field_definition_id) do update set value = excluded.value, updated_at = ${at}`.execute(
    db,
  );
}
