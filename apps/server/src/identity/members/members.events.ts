import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';
import { OrganizationMemberRead } from './members.schema.ts';

const schema = z.object({ member: OrganizationMemberRead });
type Data = z.infer<typeof schema>;

const nameOf = ({ member: { user } }: Data) => user?.preferred_name ?? user?.name ?? user?.email ?? 'A person';

const define = (verb: string, line: (data: Data) => string) =>
  defineEvent({
    type: `member.${verb}`,
    subject: 'member',
    schema,
    activity: (data) => ({ message: line(data) }),
    audit: ({ member: { user_id, role, all_boards_read, all_boards_write, board_access } }) => ({
      user_id,
      role,
      all_boards_read,
      all_boards_write,
      boards: board_access.slice(0, 50).map(({ board_id, can_write }) => ({ board_id, can_write })),
    }),
  });

export const memberAdded = define('added', (data) => `${nameOf(data)} joined as ${data.member.role}.`);
/** The role or the access to boards; who is left out of a board loses it with this. */
export const memberUpdated = define('updated', (data) => `Rights of ${nameOf(data)} changed (${data.member.role}).`);
export const memberRemoved = define('removed', (data) => `${nameOf(data)} is no longer a member.`);
