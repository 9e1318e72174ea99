import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

export const organizationExported = defineEvent({
  type: 'organization.exported',
  subject: 'organization',
  schema: z.object({ job_id: z.uuid() }),
  activity: () => ({ message: 'An export of the organization was asked for.' }),
  audit: ({ job_id }) => ({ job_id }),
});
