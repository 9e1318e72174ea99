import { z } from 'zod';

const MAX_JSON = 65_536;
const ZONED = /(?:Z|[+-]\d\d:?\d\d)$/i;
const DATE = /^\d{4}-\d\d-\d\d$/;
const Written = z.union([z.iso.datetime({ offset: true, local: true }), z.iso.date()]);

/** An instant that a caller sends: any offset, none is UTC, a date is its midnight; becomes RFC 3339 with `Z`. */
export const Instant = z
  .string()
  .meta({ format: 'date-time' })
  .transform((text, context) => {
    const instant = Written.safeParse(text).success ? toInstant(text) : undefined;
    if (instant !== undefined) return instant;
    context.addIssue({ code: 'custom', message: 'is no instant like 2026-01-31T08:00:00Z' });
    return z.NEVER;
  });

/** undefined beyond the years 1 to 9999, which PostgreSQL and RFC 3339 write differently. */
function toInstant(text: string): string | undefined {
  const instant = new Date(ZONED.test(text) || DATE.test(text) ? text : `${text}Z`).toISOString();
  return instant.length === 24 && !instant.startsWith('0000') ? instant : undefined;
}

/** Free JSON under names, at most 64 KiB. */
export const JsonMap = z
  .record(z.string(), z.unknown())
  .refine((map) => JSON.stringify(map).length <= MAX_JSON, `is longer than ${MAX_JSON} characters of JSON`);

/** `true` or `false` of a query; openapi.json calls it the boolean that clients of the contract know. */
export const Flag = z.stringbool().meta({ type: 'boolean' });

/** What last went wrong with a row that is worked on in the background. */
export const LastError = z
  .object({ code: z.string(), message: z.string(), at: z.iso.datetime() })
  .meta({ id: 'LastError' });

/** The id of a row. */
export const Uuid = z.uuid();
