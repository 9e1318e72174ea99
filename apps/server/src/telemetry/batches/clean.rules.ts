import { Rejection } from './rejection.ts';

/** Deeper than any honest event; PostgreSQL and every later walk recurse. */
const MAX_DEPTH = 128;
/** A shorter line cannot nest deep enough to hurt: each level costs two characters. */
const MAX_HARMLESS_LENGTH = 2_000;

/** What PostgreSQL refuses in text: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/**
 * Parses one line into a value that PostgreSQL can store: NUL and lone surrogates become U+FFFD, in keys too. Both can
 * only come from `\u` escapes, so most lines are not walked. Throws `event.unreadable`, `event.too_deep`.
 */
export function parseLine(line: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw notJson(error as SyntaxError);
  }
  return line.length > MAX_HARMLESS_LENGTH || line.includes('\\u') ? clean(value, 0) : value;
}

const notJson = (error: SyntaxError): Rejection =>
  new Rejection('event.unreadable', `The line is not JSON: ${error.message}.`);

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) throw new Rejection('event.too_deep', `The line nests deeper than ${MAX_DEPTH} levels.`);
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [cleanText(key), clean(item, depth + 1)]));
}

const cleanText = (text: string): string =>
  UNSTORABLE.test(text) ? text.replaceAll('\0', '\ufffd').toWellFormed() : text;
