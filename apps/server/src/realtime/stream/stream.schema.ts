import { z } from 'zod';

export const Since = z
  .string()
  .max(100)
  .optional()
  .describe('From this instant on, included; blank or unreadable counts as missing. Last-Event-ID wins.');

/** The answer of every stream. */
export const eventStream = {
  200: { description: 'Server-sent events.', content: { 'text/event-stream': { schema: z.string() } } },
};
