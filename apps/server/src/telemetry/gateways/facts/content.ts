import { z } from 'zod';
import { lenient, text } from './field.schema.ts';

const Content = z.union([z.string(), z.array(z.looseObject({ type: lenient(text), text: lenient(z.string()) }))]);

/** Longer texts are cut before they become a line: far more than is stored of one field. */
const MAX_TEXT = 200_000;

/** The text of a message's or result's content; other parts are left out. */
export function toText(content: unknown): string {
  const parsed = Content.safeParse(content);
  if (!parsed.success) return '';
  const whole =
    typeof parsed.data === 'string'
      ? parsed.data
      : parsed.data.flatMap(({ type, text: part }) => (type === 'text' && part !== undefined ? part : [])).join('\n');
  return cut(whole);
}

/** Cuts a text that no line could carry, keeping its head and its tail. */
export const cut = (whole: string): string =>
  whole.length <= MAX_TEXT
    ? whole
    : `${whole.slice(0, MAX_TEXT / 2)}\n[…]\n${whole.slice(-MAX_TEXT / 4)}`.toWellFormed();
