import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

export const organizationCreated = defineEvent({
  type: 'organization.created',
  subject: 'organization',
  schema: z.object({ name: z.string() }),
});
