import { sql } from 'kysely';
import type { Context, TxContext } from '#server/platform/context.ts';
import { newId } from '#server/platform/ids.ts';
import type { BoardField } from './custom-fields.rules.ts';
import type { TaskCustomFieldDefinitionRead } from './custom-fields.schema.ts';

/** A definition without its boards, as the store writes it. */
export type DefinitionRow = Omit<
  TaskCustomFieldDefinitionRead,
  'id' | 'organization_id' | 'board_ids' | 'created_at' | 'updated_at'
>;

const select = ({ db, orgId }: Context) =>
  db
    .selectFrom('task_custom_field_definitions as d')
    .select([
      'd.id',
      'd.org_id as organization_id',
      'd.field_key',
      'd.label',
      'd.field_type',
      'd.ui_visibility',
      'd.validation_regex',
      'd.description',
      'd.required',
      'd.default_value',
      'd.created_at',
      'd.updated_at',
    ])
    .select(
      sql<string[]>`array(select x.board_id from board_task_custom_fields x
        where x.org_id = d.org_id and x.task_custom_field_definition_id = d.id order by x.board_id)`.as('board_ids'),
    )
    .where('d.org_id', '=', orgId);

/** By label. */
export async function listDefinitions(ctx: Context): Promise<TaskCustomFieldDefinitionRead[]> {
  const rows = await select(ctx).orderBy(sql`lower(d.label)`).orderBy('d.created_at').execute();
  return rows as TaskCustomFieldDefinitionRead[]; // enums are checked by the columns' constraints
}

export async function findDefinition(ctx: Context, id: string): Promise<TaskCustomFieldDefinitionRead | undefined> {
  const row = await select(ctx).where('d.id', '=', id).executeTakeFirst();
  return row as TaskCustomFieldDefinitionRead | undefined;
}

/** Waits for the tasks that are being written with values of this field, and keeps others away until the commit. */
export async function lockDefinition({ db, orgId }: TxContext, id: string): Promise<void> {
  await db
    .selectFrom('task_custom_field_definitions')
    .select('id')
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .forUpdate()
    .execute();
}

const selectOfBoard = ({ db, orgId }: Context, boardId: string) =>
  db
    .selectFrom('board_task_custom_fields as x')
    .innerJoin('task_custom_field_definitions as d', (join) =>
      join.onRef('d.org_id', '=', 'x.org_id').onRef('d.id', '=', 'x.task_custom_field_definition_id'),
    )
    .select(['d.id', 'd.field_key', 'd.field_type', 'd.validation_regex', 'd.required', 'd.default_value'])
    .where('x.org_id', '=', orgId)
    .where('x.board_id', '=', boardId)
    .orderBy('d.id');

/** The fields of a board, for writing values: none of them changes its type or goes before the commit. */
export async function lockBoardDefinitions(tx: TxContext, boardId: string): Promise<BoardField[]> {
  return (await selectOfBoard(tx, boardId).forKeyShare('d').execute()) as BoardField[];
}

/** Which of these ids are no boards of the organization. */
export async function listUnknownBoards({ db, orgId }: Context, ids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from unnest(${ids}::uuid[]) as given (id)
    where not exists (select 1 from boards b where b.org_id = ${orgId} and b.id = given.id) order by id`.execute(db);
  return rows.map(({ id }) => id);
}

const toColumns = ({ default_value, ...row }: DefinitionRow) => ({
  ...row,
  default_value: default_value === null ? null : JSON.stringify(default_value),
});

/** False when the key is taken. */
export async function insertDefinition(
  { db, orgId, now }: TxContext,
  id: string,
  row: DefinitionRow,
): Promise<boolean> {
  const at = now();
  const inserted = await db
    .insertInto('task_custom_field_definitions')
    .values({ id, org_id: orgId, ...toColumns(row), created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.columns(['org_id', 'field_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function saveDefinition({ db, orgId, now }: TxContext, id: string, row: DefinitionRow): Promise<void> {
  await db
    .updateTable('task_custom_field_definitions')
    .set({ ...toColumns(row), updated_at: now(), version: sql`version + 1` })
    .where('org_id', '=', orgId)
    .where('id', '=', id)
    .execute();
}

export async function removeDefinition({ db, orgId }: TxContext, id: string): Promise<void> {
  await db.deleteFrom('task_custom_field_definitions').where('org_id', '=', orgId).where('id', '=', id).execute();
}

/** Makes these the boards of the field. */
export async function saveBindings({ db, orgId, now }: TxContext, id: string, boardIds: string[]): Promise<void> {
  await db
    .deleteFrom('board_task_custom_fields')
    .where('org_id', '=', orgId)
    .where('task_custom_field_definition_id', '=', id)
    .where('board_id', 'not in', boardIds)
    .execute();
  await db
    .insertInto('board_task_custom_fields')
    .values(
      boardIds.map((board_id) => ({
        id: newId(now()),
        org_id: orgId,
        board_id,
        task_custom_field_definition_id: id,
        created_at: now(),
      })),
    )
    .onConflict((conflict) => conflict.columns(['board_id', 'task_custom_field_definition_id']).doNothing())
    .execute();
}

/** What tasks hold in this field, in pages by id. */
export const listValues = ({ db, orgId }: Context, id: string, after: string | undefined, limit: number) =>
  db
    .selectFrom('task_custom_field_values')
    .select(['id', 'value'])
    .where('org_id', '=', orgId)
    .where('task_custom_field_definition_id', '=', id)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit)
    .execute();
