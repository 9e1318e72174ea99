import { z } from 'zod';

/** A field of a foreign frame: undefined when it is absent or of another type. */
export const lenient = <T extends z.ZodType>(type: T) => type.optional().catch(undefined);
export const text = z.string().min(1);
export const instantMs = z.number().int().min(0).max(8_640_000_000_000_000);
