import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { SignedHead } from './audit.schema.ts';

/** Reading the whole trail is itself something to know. */
export const auditExported = defineEvent({
  type: 'audit.exported',
  subject: 'organization',
  schema: z.object({ format: z.string(), filter: z.record(z.string(), z.string()) }),
  audit: ({ format, filter }) => ({ format, filter }),
});

/** For anchors: an outbound webhook that takes this fact keeps what no one here can change. The trail is not told of itself. */
export const headSigned = defineEvent({
  type: 'audit.head_signed',
  subject: 'organization',
  schema: SignedHead,
  audit: () => undefined,
});

export const auditBroken = defineEvent({
  type: 'audit.broken',
  subject: 'organization',
  schema: z.object({ seq: z.int(), kind: z.string(), detail: z.string() }),
  activity: ({ seq, kind }) => ({ message: `The audit trail does not hold: entry ${seq} is ${kind}.` }),
  audit: (problem) => problem,
});
