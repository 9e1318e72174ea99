import type { CustomField } from '#console/api/contract.ts';
import { parseTyped, toTypedText } from '#console/lib/form/typed-text.ts';

export const FIELD_TYPES = [
  { value: 'text', label: 'Text' },
  { value: 'text_long', label: 'Long text' },
  { value: 'integer', label: 'Whole number' },
  { value: 'decimal', label: 'Number' },
  { value: 'boolean', label: 'Yes or no' },
  { value: 'date', label: 'Day' },
  { value: 'date_time', label: 'Instant' },
  { value: 'url', label: 'Web address' },
  { value: 'json', label: 'JSON' },
] as const satisfies readonly { value: CustomField['field_type']; label: string }[];

export const VISIBILITIES = [
  { value: 'always', label: 'Always shown' },
  { value: 'if_set', label: 'Shown when set' },
  { value: 'hidden', label: 'Hidden from people' },
] as const satisfies readonly { value: CustomField['ui_visibility']; label: string }[];

/** Types whose values a regular expression may restrict. */
export const hasRegex = (type: CustomField['field_type']) =>
  ['text', 'text_long', 'date', 'date_time', 'url'].includes(type);

/** What the form of a field holds. */
export interface FieldValues {
  key: string;
  label: string;
  description: string;
  type: CustomField['field_type'];
  visibility: CustomField['ui_visibility'];
  regex: string;
  isRequired: boolean;
  initial: string;
  boardIds: string[];
}

export const toFieldValues = (field: CustomField | null): FieldValues => ({
  key: field?.field_key ?? '',
  label: field?.label ?? '',
  description: field?.description ?? '',
  type: field?.field_type ?? 'text',
  visibility: field?.ui_visibility ?? 'always',
  regex: field?.validation_regex ?? '',
  isRequired: field?.required ?? false,
  initial: field ? toTypedText(field.field_type, field.default_value) : '',
  boardIds: field?.board_ids ?? [],
});

/** Why the value that tasks start with is none of its type. */
export function findInitialFault({ type, initial }: FieldValues): string | undefined {
  const parsed = parseTyped(type, initial);
  return 'fault' in parsed ? parsed.fault : undefined;
}

/** What the server takes; `findInitialFault` has found nothing. */
export function toFieldBody(values: FieldValues) {
  const { label, description, type, visibility, regex, isRequired, initial, boardIds } = values;
  const parsed = parseTyped(type, initial);
  return {
    label: label.trim(),
    description: description.trim() || null,
    field_type: type,
    ui_visibility: visibility,
    validation_regex: hasRegex(type) ? regex || null : null,
    required: isRequired,
    default_value: 'value' in parsed ? parsed.value : null,
    board_ids: boardIds,
  };
}

export type RegexVerdict = 'fits' | 'differs' | 'not checked' | { fault: string };

/** What the server's engine has not, for it must be quick on every text. */
const BEYOND_RE2 = /\(\?<?[=!]|\\[1-9]/;

/** Whether a whole text fits an expression; the browser tries it, the server has the last word. */
export function tryRegex(regex: string, text: string): RegexVerdict {
  if (regex === '') return 'not checked';
  if (BEYOND_RE2.test(regex)) return { fault: 'Looking around and back-references are not possible (RE2).' };
  try {
    return new RegExp(`^(?:${regex})$`, 'u').test(text) ? 'fits' : 'differs';
  } catch {
    return { fault: 'The browser cannot read this expression; the server may.' };
  }
}
