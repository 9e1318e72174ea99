import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

/** Data of runs was deleted. An end user is named by hash only, so that the trail does not keep what was to go. */
export const runsDeleted = defineEvent({
  type: 'runs.deleted',
  subject: 'organization',
  schema: z.object({
    run_ids: z.array(z.uuid()).meta({ description: 'The first hundred.' }),
    runs: z.int(),
    user_ref_sha256: z.string().nullable(),
  }),
  audit: (fact) => fact,
});
