import type { CustomField } from '#console/api/contract.ts';

/** The custom fields of a board as texts of a form, by key. */
export type FieldTexts = Record<string, string>;

/** What is wrong with what was typed, by key. */
export type FieldFaults = Record<string, string>;

/** The fields that people see on a board, by label. */
export const listFields = (definitions: readonly CustomField[], boardId: string): CustomField[] =>
  definitions.filter(({ board_ids, ui_visibility }) => board_ids.includes(boardId) && ui_visibility !== 'hidden');

const pad = (n: number) => String(n).padStart(2, '0');

/** An instant as the browser's own field takes it, in the viewer's zone. */
function toLocalMinute(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return '';
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
  return `${day}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

function toText({ field_type }: CustomField, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (field_type === 'date_time') return toLocalMinute(String(value));
  if (field_type === 'json') return JSON.stringify(value, null, 2);
  return String(value);
}

/** What the form starts with: the values of a task, or the defaults of a new one. */
export const toFieldTexts = (fields: readonly CustomField[], values: Record<string, unknown> | undefined): FieldTexts =>
  Object.fromEntries(
    fields.map((field) => [field.field_key, toText(field, values ? values[field.field_key] : field.default_value)]),
  );

type Parsed = { value: unknown } | { fault: string };

function parse({ field_type }: CustomField, text: string): Parsed {
  const trimmed = text.trim();
  if (trimmed === '') return { value: null };
  if (field_type === 'boolean') return { value: trimmed === 'true' };
  if (field_type === 'date_time') return { value: new Date(trimmed).toISOString() };
  if (field_type === 'integer' || field_type === 'decimal') {
    const number = Number(trimmed);
    if (!Number.isFinite(number)) return { fault: 'A number, please.' };
    return field_type === 'integer' && !Number.isInteger(number)
      ? { fault: 'A whole number, please.' }
      : { value: number };
  }
  if (field_type !== 'json') return { value: text };
  try {
    return { value: JSON.parse(trimmed) };
  } catch {
    return { fault: 'This is not JSON.' };
  }
}

/** Why what was typed cannot be saved; a new task needs every required field. */
export function findFaults(fields: readonly CustomField[], texts: FieldTexts): FieldFaults {
  const faults: FieldFaults = {};
  for (const field of fields) {
    const parsed = parse(field, texts[field.field_key] ?? '');
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
      const parsed = parse(field, after[field.field_key] ?? '');
      return 'value' in parsed ? [[field.field_key, parsed.value]] : [];
    }),
  );
}
