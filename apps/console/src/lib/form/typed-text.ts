import { toLocalDay } from '../format/days.ts';

/** Kinds of values that people define for tasks. */
export type ValueType =
  | 'text'
  | 'text_long'
  | 'integer'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'date_time'
  | 'url'
  | 'json';

const pad = (n: number) => String(n).padStart(2, '0');

/** An instant as the browser's own field takes it, in the viewer's zone. */
function toLocalMinute(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return '';
  return `${toLocalDay(at)}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** A value as the text that its editor holds. */
export function toTypedText(type: ValueType, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (type === 'date_time') return toLocalMinute(String(value));
  if (type === 'json') return JSON.stringify(value, null, 2);
  return String(value);
}

/** What was typed as a value of the type, or why it is none; nothing typed is null. */
export function parseTyped(type: ValueType, text: string): { value: unknown } | { fault: string } {
  const trimmed = text.trim();
  if (trimmed === '') return { value: null };
  if (type === 'boolean') return { value: trimmed === 'true' };
  if (type === 'date_time') return { value: new Date(trimmed).toISOString() };
  if (type === 'integer' || type === 'decimal') {
    const number = Number(trimmed);
    if (!Number.isFinite(number)) return { fault: 'A number, please.' };
    return type === 'integer' && !Number.isInteger(number) ? { fault: 'A whole number, please.' } : { value: number };
  }
  if (type !== 'json') return { value: text };
  try {
    return { value: JSON.parse(trimmed) };
  } catch {
    return { fault: 'This is not JSON.' };
  }
}
