import { Problem } from '../problem.ts';

/** One page of a list that continues after its last row. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/** Cuts `limit` items from `limit + 1` rows; the cursor is the sort key of the last one, opaque to clients. */
export function toPage<T>(rows: T[], limit: number, keyOf: (row: T) => readonly (string | number)[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, next_cursor: more ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null };
}

/** Reads a cursor of `length` text or number parts. Throws `request.invalid` for anything else. */
export function parseCursor(cursor: string | undefined, length: number): (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  const valid =
    Array.isArray(parts) &&
    parts.length === length &&
    parts.every((part) => (typeof part === 'string' && part.length <= 200) || Number.isFinite(part));
  if (!valid) throw new Problem('request.invalid', 422, 'The cursor is not one that this list gave out.');
  return parts as (string | number)[];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not ours: the caller reports it as an invalid cursor
  }
}
