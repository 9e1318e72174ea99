import { RE2JS, RE2JSException } from 're2js';
import { Problem } from '#server/platform/problem.ts';
import { type TaskCustomFieldType, VALUES } from './custom-fields.schema.ts';

/** What decides whether a value is one of a field. */
export interface ValueShape {
  field_type: TaskCustomFieldType;
  validation_regex: string | null;
}

/** A field of a board, as far as a task's values need it. */
export interface BoardField extends ValueShape {
  id: string;
  field_key: string;
  required: boolean;
  default_value: unknown;
}

/** Steps per character of a match: with the longest text a bound of a few hundredths of a second. */
const MAX_PROGRAM = 1_000;

/** Types whose values an expression may narrow. */
const WITH_REGEX: ReadonlySet<TaskCustomFieldType> = new Set(['text', 'text_long', 'date', 'date_time', 'url']);

/** Why a value is not one of this field; undefined when it is. */
export function findValueFault({ field_type, validation_regex }: ValueShape, value: unknown): string | undefined {
  const parsed = VALUES[field_type].safeParse(value);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'is not valid';
  if (validation_regex === null || typeof value !== 'string') return undefined;
  return RE2JS.compile(validation_regex).testExact(value) ? undefined : 'does not match the expression of the field';
}

/**
 * Throws unless type, expression and default of a definition fit each other: `custom_field.regex_not_allowed`,
 * `custom_field.regex_invalid`, `custom_field.default_invalid`.
 */
export function assertDefinition(shape: ValueShape & { default_value: unknown }): void {
  const { field_type, validation_regex, default_value } = shape;
  if (validation_regex !== null) {
    if (!WITH_REGEX.has(field_type))
      throw new Problem('custom_field.regex_not_allowed', 422, `A field of type ${field_type} takes no expression.`);
    const fault = findRegexFault(validation_regex);
    if (fault !== undefined) throw new Problem('custom_field.regex_invalid', 422, `The expression ${fault}.`);
  }
  const fault = default_value === null ? undefined : findValueFault(shape, default_value);
  if (fault !== undefined) throw new Problem('custom_field.default_invalid', 422, `The default ${fault}.`);
}

function findRegexFault(pattern: string): string | undefined {
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > MAX_PROGRAM ? `repeats too much: ${size} steps, ${MAX_PROGRAM} at most` : undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return `is not RE2 syntax: ${error.message}`;
    throw error;
  }
}

/** Whether a stored value is still one after the type of its field changes. */
export const isCompatible = (type: TaskCustomFieldType, value: unknown): boolean =>
  findValueFault({ field_type: type, validation_regex: null }, value) === undefined;

/**
 * What a task's values become: definition id → value, null takes the value away. A new task gets the defaults of the
 * fields that were not given. Throws `custom_field.unknown_keys`, `custom_field.value_required`,
 * `custom_field.value_invalid`.
 */
export function checkValues(
  fields: readonly BoardField[],
  given: Readonly<Record<string, unknown>>,
  { creating }: { creating: boolean },
): Map<string, unknown> {
  const known = new Set(fields.map(({ field_key }) => field_key));
  const unknown = Object.keys(given).filter((key) => !known.has(key));
  if (unknown.length > 0)
    throw refuse('unknown_keys', `The board has no field ${unknown.sort().join(', ')}.`, {
      unknown_field_keys: unknown,
    });

  const changes = fields.flatMap((field) => {
    if (Object.hasOwn(given, field.field_key)) return [{ field, value: given[field.field_key] }];
    return creating ? [{ field, value: field.default_value }] : [];
  });
  const missing = changes.filter(({ field, value }) => field.required && value === null);
  const missingKeys = missing.map(({ field }) => field.field_key).sort();
  if (missingKeys.length > 0)
    throw refuse('value_required', `Give a value for ${missingKeys.join(', ')}.`, { missing_field_keys: missingKeys });

  for (const { field, value } of changes) {
    const reason = value === null ? undefined : findValueFault(field, value);
    const { field_key, field_type } = field;
    if (reason !== undefined)
      throw refuse('value_invalid', `The value of ${field_key} ${reason}.`, { field_key, field_type, reason });
  }
  return new Map(
    changes.filter(({ value }) => !(creating && value === null)).map(({ field, value }) => [field.id, value]),
  );
}

const refuse = (reason: string, message: string, detail: object) =>
  new Problem(`custom_field.${reason}`, 422, message, { body: { message, ...detail } });
