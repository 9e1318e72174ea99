import { agentOf, type Mover } from '../moves/actors.rules.ts';
import type { Standing } from '../moves/moves.rules.ts';

export type NoticeKind =
  | 'task.created'
  | 'task.assigned'
  | 'task.review_ready'
  | 'task.changes_requested'
  | 'task.returned_to_inbox'
  | 'agent.wake';

/** What one agent is told of a change. */
export interface Notice {
  agentId: string;
  kind: NoticeKind;
  /** Why its assignee is woken: by the notice itself. */
  wakes?: 'assignment' | 'status_in_progress';
}

type Place = Pick<Standing, 'status' | 'assigned_agent_id'>;

export interface Outcome {
  mover: Mover;
  before: Place;
  after: Place;
  /** The board's lead. */
  leadId: string | null;
}

/** In the inbox with nobody. */
export const isIdle = ({ status, assigned_agent_id }: Place): boolean =>
  status === 'inbox' && assigned_agent_id === null;

/** Who is told of a change, and what; never the one who made it. */
export function planNotices({ mover, before, after, leadId }: Outcome): Notice[] {
  const actor = agentOf(mover);
  if (isIdle(after)) {
    const isNews = leadId !== null && leadId !== actor && !isIdle(before);
    return isNews ? [{ agentId: leadId, kind: 'task.returned_to_inbox' }] : [];
  }
  const agentId = after.assigned_agent_id;
  if (agentId === null || agentId === actor) return [];
  if (mover.kind === 'lead' && before.status === 'review' && after.status === 'inbox')
    return [{ agentId, kind: 'task.changes_requested', wakes: 'assignment' }];
  const enters = after.status !== before.status;
  if (enters && after.status === 'review' && agentId === leadId)
    return [{ agentId, kind: 'task.review_ready', wakes: 'assignment' }];
  if (agentId !== before.assigned_agent_id) return [toAssignment(after, agentId, leadId)];
  return enters && after.status === 'in_progress' ? [{ agentId, kind: 'agent.wake', wakes: 'status_in_progress' }] : [];
}

const toAssignment = ({ status }: Place, agentId: string, leadId: string | null): Notice => ({
  agentId,
  kind: status === 'review' && agentId === leadId ? 'task.review_ready' : 'task.assigned',
  wakes: 'assignment',
});

/** Who is told of a new task: its assignee, and the lead unless it made the task or has it. */
export function planCreationNotices({ mover, after, leadId }: Omit<Outcome, 'before'>): Notice[] {
  const { assigned_agent_id } = after;
  const assignment = assigned_agent_id === null ? [] : [toAssignment(after, assigned_agent_id, leadId)];
  const isNews = leadId !== null && leadId !== assigned_agent_id && leadId !== agentOf(mover);
  return isNews ? [{ agentId: leadId, kind: 'task.created' }, ...assignment] : assignment;
}
