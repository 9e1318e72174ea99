import { z } from 'zod';
import { Flag } from '#server/platform/http/fields.schema.ts';
import { OffsetQuery, offsetPage } from '#server/platform/http/page.schema.ts';

/** The tag of what is said in a chat, and of what is said to every board of a group. */
export const CHAT = 'chat';
export const BROADCAST = 'broadcast';

const Content = z.string().trim().min(1).max(100_000);
const Tags = z.array(z.string().min(1).max(200)).max(50).nullable();
const Source = z.string().max(20_000).nullable();

const create = z.object({ content: Content, tags: Tags.default(null), source: Source.default(null) });

/** Something to remember; with the tag `chat` it is said in the chat. */
export const BoardMemoryCreate = create.meta({ id: 'BoardMemoryCreate' });
export const BoardGroupMemoryCreate = create.meta({ id: 'BoardGroupMemoryCreate' });
export type MemoryCreate = z.infer<typeof create>;

/** What may be changed afterwards. */
export const MemoryUpdate = z
  .object({
    content: Content,
    tags: Tags.refine((tags) => !tags?.includes(CHAT), 'a note does not become a chat message'),
  })
  .partial()
  .meta({ id: 'MemoryUpdate' });
export type MemoryUpdate = z.infer<typeof MemoryUpdate>;

const read = z.object({
  id: z.uuid(),
  content: z.string(),
  tags: z.array(z.string()).nullable(),
  source: z.string().nullable(),
  is_chat: z.boolean(),
  user_id: z.uuid().nullable().describe('The person who wrote it.'),
  agent_id: z.uuid().nullable().describe('The agent that wrote it.'),
  edited_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
});

export const BoardMemoryRead = read.extend({ board_id: z.uuid() }).meta({ id: 'BoardMemoryRead' });
export type BoardMemoryRead = z.infer<typeof BoardMemoryRead>;
export const BoardGroupMemoryRead = read.extend({ board_group_id: z.uuid() }).meta({ id: 'BoardGroupMemoryRead' });
export type BoardGroupMemoryRead = z.infer<typeof BoardGroupMemoryRead>;

export const BoardMemoryPage = offsetPage(BoardMemoryRead).meta({ id: 'Page_BoardMemoryRead' });
export const BoardGroupMemoryPage = offsetPage(BoardGroupMemoryRead).meta({ id: 'Page_BoardGroupMemoryRead' });

export const MemoryQuery = OffsetQuery.extend({
  is_chat: Flag.optional(),
  q: z.string().max(500).optional().describe('Words that it holds.'),
  tag: z.string().max(200).optional(),
});
export type MemoryQuery = z.infer<typeof MemoryQuery>;
