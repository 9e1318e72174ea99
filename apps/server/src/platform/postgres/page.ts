import type { z } from 'zod';
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

type Values<T extends readonly z.ZodType[]> = { [K in keyof T]: z.infer<T[K]> };

/** Reads a cursor whose parts have these shapes. Throws `request.invalid` for anything that the list did not give out. */
export function parseCursor<const T extends readonly z.ZodType[]>(
  cursor: string | undefined,
  shapes: T,
): Values<T> | undefined {
  if (cursor === undefined) return undefined;
  const parts = parseJson(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (
    Array.isArray(parts) &&
    parts.length === shapes.length &&
    shapes.every((shape, i) => shape.safeParse(parts[i]).success)
  )
    return parts as Values<T>;
  throw new Problem('request.invalid', 422, 'The cursor is not one that this list gave out.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not ours: the caller reports it as an invalid cursor
  }
}
