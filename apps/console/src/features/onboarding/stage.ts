import type { Onboarding } from '#console/api/contract.ts';

export interface Question {
  question: string;
  options: { id: string; label: string }[];
}

/** Where a conversation stands: whose turn it is, and what is to be shown. */
export type Stage =
  | ({ kind: 'question'; number: number } & Question)
  | { kind: 'draft' }
  | { kind: 'waiting'; sinceMs: number }
  | { kind: 'failed'; message: string; code: string }
  | { kind: 'confirmed' };

/** How many questions the agent is asked to put. */
export const QUESTIONS = { from: 6, to: 10 } as const;

/** An agent that says nothing for this long is silent. */
export const SILENT_MS = 120_000;

export function toStage(session: Onboarding): Stage {
  const { status, dispatch_state, last_error, messages, draft_goal, updated_at } = session;
  if (status === 'confirmed') return { kind: 'confirmed' };
  if (dispatch_state === 'failed' && last_error) return { kind: 'failed', ...last_error };
  const posts = messages.filter(({ role }) => role === 'assistant').map(({ content }) => parseQuestion(content));
  if (messages.at(-1)?.role !== 'assistant') return { kind: 'waiting', sinceMs: Date.parse(updated_at) };
  const question = posts.at(-1);
  if (question) return { kind: 'question', number: posts.filter(Boolean).length, ...question };
  return draft_goal ? { kind: 'draft' } : { kind: 'waiting', sinceMs: Date.parse(updated_at) };
}

/** What the agent posted as a question; undefined for anything else. */
function parseQuestion(content: string): Question | undefined {
  try {
    const post: unknown = JSON.parse(content);
    return isQuestion(post) ? post : undefined;
  } catch {
    return undefined; // no JSON: not a post
  }
}

const isQuestion = (post: unknown): post is Question =>
  typeof post === 'object' &&
  post !== null &&
  'question' in post &&
  typeof post.question === 'string' &&
  'options' in post &&
  Array.isArray(post.options) &&
  post.options.every((option) => typeof option?.id === 'string' && typeof option?.label === 'string');

const FREE = /\b(other|custom|something else|i['’]?ll (type|write)|type (it|my own)|write my own)\b/i;

/** Whether an option stands for what the person writes. */
export const isFree = ({ id, label }: Question['options'][number]): boolean => FREE.test(label) || FREE.test(id);
