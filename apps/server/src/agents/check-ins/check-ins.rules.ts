import type { AgentStatus } from '../registry/agents.schema.ts';
import { TRANSITION_MS } from '../registry/status.rules.ts';

const REPORTED = ['online', 'offline', 'updating', 'provisioning'] as const satisfies AgentStatus[];
/** A sign of life is written down at most this often. */
const TOUCH_MS = 30_000;

/** The status that a check-in sets: the known word that it brings, else online. */
export const toReported = (status: string | null): (typeof REPORTED)[number] =>
  REPORTED.find((word) => word === status?.trim()) ?? 'online';

/** Until when a reported transition is shown; null when it is none. */
export const toDeadline = (status: AgentStatus, now: Date): Date | null =>
  status === 'updating' || status === 'provisioning' ? new Date(now.getTime() + TRANSITION_MS) : null;

/** What a check-in may change of an agent. */
export interface CheckedIn {
  status: string;
  last_seen_at: string | null;
  last_error: unknown;
  wake_attempts: number;
  transition_deadline_at: string | null;
  checkin_deadline_at: string | null;
}

/** Whether a check-in says nothing that is not written down already. */
export function isOldNews(agent: CheckedIn, status: AgentStatus, now: Date): boolean {
  const isSame = agent.status === 'online' && status === 'online';
  const isClear =
    agent.last_error === null &&
    agent.wake_attempts === 0 &&
    agent.transition_deadline_at === null &&
    agent.checkin_deadline_at === null;
  const isFresh = agent.last_seen_at !== null && now.getTime() - new Date(agent.last_seen_at).getTime() < TOUCH_MS;
  return isSame && isClear && isFresh;
}
