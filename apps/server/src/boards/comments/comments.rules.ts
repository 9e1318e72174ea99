import { Problem } from '#server/platform/problem.ts';
import { isMentioned, type Mentionable, parseMentions } from '../memory/mentions.rules.ts';

/** What decides whether a lead may comment. */
export interface LeadPlace {
  lead: Mentionable;
  status: string;
  createdByLead: boolean;
  /** Texts of earlier comments on the task. */
  earlier: readonly string[];
}

/** Throws `task.lead_comment_forbidden`: leads comment in review, when mentioned before, or on tasks that they created. */
export function assertLeadMayComment({ lead, status, createdByLead, earlier }: LeadPlace): void {
  if (status === 'review' || createdByLead || earlier.some((text) => isMentioned(lead, parseMentions(text)))) return;
  const message = 'A lead comments on tasks in review, on those it made, and where it was mentioned.';
  throw new Problem('task.lead_comment_forbidden', 403, message);
}

/** An agent of the board that a comment may mention. */
export interface Reader extends Mentionable {
  id: string;
}

export interface Telling {
  agentId: string;
  kind: 'task.mention' | 'task.comment';
}

/** Who is told of a comment: the agents that it mentions, else the assignee; never its author. */
export function planTellings(
  message: string,
  { readers, assigneeId, authorId }: { readers: readonly Reader[]; assigneeId: string | null; authorId: string },
): Telling[] {
  const mentions = parseMentions(message);
  const mentioned = readers.filter((reader) => reader.id !== authorId && isMentioned(reader, mentions));
  if (mentioned.length > 0) return mentioned.map(({ id }) => ({ agentId: id, kind: 'task.mention' }));
  return assigneeId === null || assigneeId === authorId ? [] : [{ agentId: assigneeId, kind: 'task.comment' }];
}
