import { BROADCAST, CHAT } from './memory.schema.ts';
import { ALL, isMentioned, type Mentionable, parseMentions } from './mentions.rules.ts';

/** An agent that may hear of it. */
export interface Hearer extends Mentionable {
  id: string;
}

/** An agent that is told, and as what. */
export interface Telling<K extends string> {
  agentId: string;
  kind: K;
}

/** Something said, by whom. */
export interface Saying {
  content: string;
  tags: string[] | null;
  /** The agent or person that said it, who is never told. */
  authorId: string;
}

/** Who hears a chat message of a board: its lead, and whom it mentions. */
export function planBoardChat(
  { content, authorId }: Saying,
  hearers: Hearer[],
): Telling<'chat.mention' | 'chat.message'>[] {
  const mentions = parseMentions(content);
  return hearers
    .filter((hearer) => hearer.id !== authorId && (hearer.is_board_lead || isMentioned(hearer, mentions)))
    .map((hearer) => ({ agentId: hearer.id, kind: isMentioned(hearer, mentions) ? 'chat.mention' : 'chat.message' }));
}

/** Who hears what is written to a group: on a broadcast everybody, in the chat the leads and whom it mentions. */
export function planGroupChat(
  { content, tags, authorId }: Saying,
  hearers: Hearer[],
): Telling<'group.broadcast' | 'group.mention' | 'group.chat'>[] {
  const mentions = parseMentions(content);
  const others = hearers.filter(({ id }) => id !== authorId);
  if (tags?.includes(BROADCAST) || mentions.has(ALL))
    return others.map(({ id }) => ({ agentId: id, kind: 'group.broadcast' }));
  if (!tags?.includes(CHAT)) return [];
  return others
    .filter((hearer) => hearer.is_board_lead || isMentioned(hearer, mentions))
    .map((hearer) => ({ agentId: hearer.id, kind: isMentioned(hearer, mentions) ? 'group.mention' : 'group.chat' }));
}
