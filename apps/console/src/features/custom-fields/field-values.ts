import type { CustomField } from '#console/api/contract.ts';

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

/** What was typed as a value of the type; undefined when it is none. */
export function parseFieldValue(type: CustomField['field_type'], text: string): unknown {
  if (text.trim() === '') return null;
  if (type === 'integer' || type === 'decimal') {
    const number = Number(text);
    return Number.isFinite(number) ? number : undefined;
  }
  if (type === 'boolean') return text === 'true';
  if (type !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the form says so
  }
}

export const formatFieldValue = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
