import type { CustomField } from '#console/api/contract.ts';
import { parseTyped, toTypedText } from '#console/lib/form/typed-text.ts';

/** The custom fields of a board as texts of a form, by key. */
export type FieldTexts = Record<string, string>;

/** What is wrong with what was typed, by key. */
export type FieldFaults = Record<string, string>;

/** The fields that people see on a board, by label. */
export const listFields = (definitions: readonly CustomField[], boardId: string): CustomField[] =>
  definitions.filter(({ board_ids, ui_visibility }) => board_ids.includes(boardId) && ui_visibility !== 'hidden');

/** What the form starts with: the values of a task, or the defaults of a new one. */
export const toFieldTexts = (fields: readonly CustomField[], values: Record<string, unknown> | undefined): FieldTexts =>
  Object.fromEntries(
    fields.map((field) => [
      field.field_key,
      toTypedText(field.field_type, values ? values[field.field_key] : field.default_value),
    ]),
  );

/** Why what was typed cannot be saved; a new task needs every required field. */
export function findFaults(fields: readonly CustomField[], texts: FieldTexts): FieldFaults {
  const faults: FieldFaults = {};
  for (const field of fields) {
    const parsed = parseTyped(field.field_type, texts[field.field_key] ?? '');
    if ('fault' in parsed) faults[field.field_key] = parsed.fault;
    else if (field.required && parsed.value === null) faults[field.field_key] = 'This field needs a value.';
  }
  return faults;
}

/** The values that differ from what the form started with; null takes one away. */
export function toValueChanges(
  fields: readonly CustomField[],
  before: FieldTexts,
  after: FieldTexts,
): Record<string, unknown> | undefined {
  const changed = fields.filter(({ field_key }) => before[field_key] !== after[field_key]);
  if (changed.length === 0) return undefined;
  return Object.fromEntries(
    changed.flatMap((field) => {
      const parsed = parseTyped(field.field_type, after[field.field_key] ?? '');
      return 'value' in parsed ? [[field.field_key, parsed.value]] : [];
    }),
  );
}
