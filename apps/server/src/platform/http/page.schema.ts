import { z } from 'zod';

/** `?cursor=&limit=` of every list that answers `{items, next_cursor}`. */
export const CursorQuery = z.object({
  cursor: z.string().max(500).optional().describe('`next_cursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** `{items, next_cursor}`; `next_cursor` is null on the last page. */
export const cursorPage = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });

/** `?limit=&offset=` of the work half's lists. */
export const OffsetQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(200),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
});

/** `{items, total, limit, offset}`; `total` is exact. */
export const offsetPage = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), total: z.int(), limit: z.int(), offset: z.int() });
