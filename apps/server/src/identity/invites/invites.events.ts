import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { OrganizationInviteRead } from './invites.schema.ts';

const schema = z.object({ invite: OrganizationInviteRead });

const define = (verb: string, line: (invite: OrganizationInviteRead) => string) =>
  defineEvent({
    type: `invite.${verb}`,
    subject: 'invite',
    schema,
    activity: ({ invite }) => ({ message: line(invite) }),
    audit: ({ invite: { invited_email, role, all_boards_read, all_boards_write, expires_at } }) => ({
      invited_email,
      role,
      all_boards_read,
      all_boards_write,
      expires_at,
    }),
  });

export const inviteCreated = define('created', ({ invited_email, role }) => `Invited ${invited_email} as ${role}.`);
export const inviteReissued = define('reissued', ({ invited_email }) => `The invite of ${invited_email} was renewed.`);
export const inviteAccepted = define('accepted', ({ invited_email }) => `${invited_email} accepted the invite.`);
export const inviteDeleted = define('deleted', ({ invited_email }) => `The invite of ${invited_email} was withdrawn.`);
