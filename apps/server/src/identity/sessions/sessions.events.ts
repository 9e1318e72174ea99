import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

/** Somebody signed in to the console, in the organization that was active then. */
export const sessionCreated = defineEvent({
  type: 'session.created',
  subject: 'session',
  schema: z.object({ access_token_id: z.uuid().nullable() }),
  audit: ({ access_token_id }) => ({ access_token_id }),
});
