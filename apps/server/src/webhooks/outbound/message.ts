/** A fact as the dispatcher reads it. */
export interface OutgoingFact {
  type: string;
  occurred_at: string;
  org: { id: string; name: string };
  board_id: string | null;
  subject: { kind: string; id: string };
  actor: { kind: string; id: string };
  data: unknown;
}

/** What is posted of a fact; `id` is that of the delivery, the same with every try. */
export interface OutgoingMessage {
  id: string;
  type: string;
  created_at: string;
  org: { id: string; name: string };
  subject: { kind: string; id: string };
  actor: { kind: string; id: string };
  data: unknown;
  /** Pages of the console, for people. */
  links: Record<string, string>;
}

export const toMessage = (id: string, fact: OutgoingFact, baseUrl: string): OutgoingMessage => ({
  id,
  type: fact.type,
  created_at: fact.occurred_at,
  org: fact.org,
  subject: fact.subject,
  actor: fact.actor,
  data: fact.data,
  links: toLinks(fact, baseUrl),
});

function toLinks({ type, board_id }: OutgoingFact, baseUrl: string): Record<string, string> {
  if (board_id === null) return { console: `${baseUrl}/activity` };
  const board = `${baseUrl}/boards/${board_id}`;
  return { console: type.startsWith('approval.') ? `${board}/approvals` : board };
}

const RETRIES_S = [30, 300, 1800, 7200, 28_800];

/** Tries of one message, the first included. */
export const MAX_ATTEMPTS = RETRIES_S.length + 1;

/** How long to wait after so many tries. */
export const toRetryMs = (attempts: number): number => (RETRIES_S[attempts - 1] ?? 28_800) * 1000;
