import type { AgentActivity, AgentKind, AgentStatus } from './agents.schema.ts';

/** An agent of a gateway that was seen this recently is online. */
export const SEEN_MS = 600_000;
/** How long `provisioning` and `updating` are shown at most. */
export const TRANSITION_MS = 60_000;

/** What an agent's shown status is made of. */
export interface SignsOfLife {
  kind: AgentKind;
  status: AgentStatus;
  last_seen_at: string | null;
  transition_deadline_at: string | null;
}

const isBefore = (now: Date, instant: string | null) => instant !== null && now < new Date(instant);

/**
 * The status that people see. Processes report the one of their agents; an agent of a gateway is in transition until
 * its deadline, then online while it was seen within ten minutes and did not say that it leaves.
 */
export function toShownStatus({ kind, status, ...signs }: SignsOfLife, now: Date): AgentStatus {
  if (kind === 'external') return status;
  const isMoving = status === 'provisioning' || status === 'updating';
  if (isMoving && isBefore(now, signs.transition_deadline_at)) return status;
  if (status === 'offline' || signs.last_seen_at === null) return 'offline';
  return now.getTime() - new Date(signs.last_seen_at).getTime() <= SEEN_MS ? 'online' : 'offline';
}

/** What an agent's activity is made of. */
export interface SignsOfWork {
  control_state: string;
  board_paused_at: string | null;
  /** Null for agents without a gateway. */
  gateway_status: string | null;
  status: AgentStatus;
  is_running: boolean;
  is_waiting: boolean;
}

/** What the agent is at, the strongest reason first. */
export function toActivity(signs: SignsOfWork): AgentActivity {
  if (signs.control_state === 'paused' || signs.board_paused_at !== null) return 'paused';
  const isReachable = signs.gateway_status === null ? signs.status === 'online' : signs.gateway_status === 'connected';
  if (!isReachable) return 'unreachable';
  if (signs.is_running) return 'running';
  return signs.is_waiting ? 'waiting_approval' : 'idle';
}
