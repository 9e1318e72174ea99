import { z } from 'zod';

/** A field of a foreign frame: undefined when it is absent or of another type. */
export const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);
/** What PostgreSQL refuses in text becomes U+FFFD: one bad frame must not hold up the others. */
const storable = (value: string): string => value.replaceAll('\0', '\ufffd').toWellFormed();

export const text = z.string().min(1).transform(storable);
/** The id of a run at its gateway. */
export const runId = z.string().min(1).max(500).transform(storable);
export const instantMs = z.number().int().min(0).max(8_640_000_000_000_000);
