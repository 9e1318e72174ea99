import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { OrganizationRead } from './organizations.schema.ts';

export const organizationCreated = defineEvent({
  type: 'organization.created',
  subject: 'organization',
  schema: z.object({ organization: OrganizationRead }),
  activity: ({ organization: { name } }) => ({ message: `The organization ${name} was made.` }),
  audit: ({ organization: { name } }) => ({ name }),
});

/**
 * Published in the transaction that deletes everything of the organization, before its rows go: reactions `within` still
 * read them. It is the only row that stays behind, so that open streams end; it says nothing of the organization.
 */
export const organizationDeleted = defineEvent({
  type: 'organization.deleted',
  subject: 'organization',
  schema: z.object({}),
});
