import { z } from 'zod';
import { lenient, text } from '../facts/field.schema.ts';

/** What we read of `sessions.list`. */
export const SessionList = z.looseObject({
  sessions: z
    .array(z.looseObject({ key: text, agentId: lenient(text), activeRunIds: lenient(z.array(text)) }))
    .catch([]),
});

/** What we read of `chat.history`: a tail, or what came after a cursor. */
export const History = z.looseObject({
  kind: lenient(text),
  messages: z.array(z.unknown()).catch([]),
  deltaCursor: lenient(z.string().min(1).max(4_000)),
  inFlightRun: lenient(z.looseObject({ runId: lenient(text) })),
});
export type History = z.infer<typeof History>;

/** What we read of `audit.activity.list`. */
export const Ledger = z.looseObject({ events: z.array(z.unknown()).catch([]), nextCursor: lenient(text) });
