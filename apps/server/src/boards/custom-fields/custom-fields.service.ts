import { isDeepStrictEqual } from 'node:util';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { customFieldCreated, customFieldDeleted, customFieldUpdated } from './custom-fields.events.ts';
import { assertDefinition, isCompatible } from './custom-fields.rules.ts';
import type {
  TaskCustomFieldDefinitionCreate,
  TaskCustomFieldDefinitionRead,
  TaskCustomFieldDefinitionUpdate,
  TaskCustomFieldType,
} from './custom-fields.schema.ts';
import {
  findDefinition,
  insertDefinition,
  listUnknownBoards,
  listValues,
  lockDefinition,
  removeDefinition,
  saveBindings,
  saveDefinition,
} from './custom-fields.store.ts';

const VALUES_AT_ONCE = 1000;

/** Makes a field. Throws the problems of {@link assertDefinition}, `custom_field.boards_invalid`, `custom_field.key_taken`. */
export function createDefinition(
  ctx: Context,
  { board_ids, label, ...input }: TaskCustomFieldDefinitionCreate,
): Promise<TaskCustomFieldDefinitionRead> {
  assertDefinition(input);
  return inTransaction(ctx, async (tx) => {
    await assertBoards(tx, board_ids);
    const id = newId(tx.now());
    if (!(await insertDefinition(tx, id, { ...input, label: label ?? input.field_key })))
      throw new Problem('custom_field.key_taken', 409, `There is a field ${input.field_key} already.`);
    await saveBindings(tx, id, board_ids);
    const custom_field = await getDefinition(tx, id);
    await publish(tx, customFieldCreated, { subjectId: id, data: { custom_field } });
    return custom_field;
  });
}

/**
 * Changes a field. Throws `custom_field.not_found`, `custom_field.key_immutable`, `custom_field.boards_invalid`,
 * `custom_field.values_incompatible` and the problems of {@link assertDefinition}.
 */
export function updateDefinition(
  ctx: Context,
  id: string,
  { board_ids, field_key, ...patch }: TaskCustomFieldDefinitionUpdate,
): Promise<TaskCustomFieldDefinitionRead> {
  return inTransaction(ctx, async (tx) => {
    await lockDefinition(tx, id);
    const stored = await getDefinition(tx, id);
    if (field_key !== undefined)
      throw new Problem('custom_field.key_immutable', 422, 'The key of a field cannot change; make another field.');
    const { id: _, organization_id, created_at, updated_at, board_ids: boards, ...row } = stored;
    const wanted = { ...row, ...patch };
    assertDefinition(wanted);
    if (wanted.field_type !== row.field_type) await assertValuesFit(tx, id, wanted.field_type);
    const wantedBoards = board_ids?.toSorted() ?? boards;
    if (isDeepStrictEqual(wanted, row) && isDeepStrictEqual(wantedBoards, boards)) return stored;
    await assertBoards(tx, wantedBoards);
    await saveDefinition(tx, id, wanted);
    await saveBindings(tx, id, wantedBoards);
    const custom_field = await getDefinition(tx, id);
    await publish(tx, customFieldUpdated, { subjectId: id, data: { custom_field } });
    return custom_field;
  });
}

/** Removes a field that no task holds a value of. Throws `custom_field.not_found`, `custom_field.in_use`. */
export function deleteDefinition(ctx: Context, id: string): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    await lockDefinition(tx, id);
    const custom_field = await getDefinition(tx, id);
    if ((await listValues(tx, id, undefined, 1)).length > 0)
      throw new Problem('custom_field.in_use', 409, `Tasks hold values of ${custom_field.label}; clear them first.`);
    await removeDefinition(tx, id);
    await publish(tx, customFieldDeleted, { subjectId: id, data: { custom_field } });
  });
}

async function getDefinition(ctx: Context, id: string): Promise<TaskCustomFieldDefinitionRead> {
  const definition = await findDefinition(ctx, id);
  if (!definition) throw notFound('custom_field', id);
  return definition;
}

async function assertBoards(tx: TxContext, ids: readonly string[]): Promise<void> {
  const invalid_board_ids = await listUnknownBoards(tx, ids);
  if (invalid_board_ids.length === 0) return;
  const message = 'A field belongs to boards of your organization.';
  throw new Problem('custom_field.boards_invalid', 422, message, { body: { message, invalid_board_ids } });
}

async function assertValuesFit(tx: TxContext, id: string, type: TaskCustomFieldType): Promise<void> {
  let page = await listValues(tx, id, undefined, VALUES_AT_ONCE);
  while (page.length > 0) {
    if (page.some(({ value }) => !isCompatible(type, value)))
      throw new Problem('custom_field.values_incompatible', 409, `Tasks hold values that are not of type ${type}.`);
    page = await listValues(tx, id, page.at(-1)?.id, VALUES_AT_ONCE);
  }
}
