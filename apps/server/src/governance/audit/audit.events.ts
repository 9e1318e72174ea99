import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

/** Reading the whole trail is itself something to know. */
export const auditExported = defineEvent({
  type: 'audit.exported',
  subject: 'organization',
  schema: z.object({ format: z.string(), filter: z.record(z.string(), z.string()) }),
  audit: ({ format, filter }) => ({ format, filter }),
});
