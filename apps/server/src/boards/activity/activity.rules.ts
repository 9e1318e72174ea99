import type { Actor } from '#server/platform/context.ts';
import type { ActivityEventRead } from './activity.schema.ts';

/** What acts without being a row (the system) has a name for an id. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A line of the history as it is kept. */
export interface ActivityRow
  extends Pick<
    ActivityEventRead,
    'id' | 'event_type' | 'message' | 'agent_id' | 'task_id' | 'board_id' | 'created_at' | 'data'
  > {
  actor: Actor;
}

type Route = Pick<ActivityEventRead, 'route_name' | 'route_params'>;

/** The page of the console that shows what a line is about. */
export function toRoute({ id, event_type, task_id, board_id, created_at }: Omit<ActivityRow, 'actor'>): Route {
  const task: Record<string, string> = task_id === null ? {} : { taskId: task_id };
  if (board_id === null)
    return {
      route_name: 'activity',
      route_params: { eventId: id, eventType: event_type, createdAt: created_at, ...task },
    };
  const boardId = board_id;
  if (event_type === 'task.comment' && task_id !== null)
    return { route_name: 'board', route_params: { boardId, ...task, commentId: id } };
  if (event_type.startsWith('approval.')) return { route_name: 'board.approvals', route_params: { boardId } };
  if (event_type.startsWith('board.')) return { route_name: 'board', route_params: { boardId, panel: 'chat' } };
  return { route_name: 'board', route_params: { boardId, ...task } };
}

/** The line as clients read it; `actorName` is looked up by whoever reads. */
export const toActivityEvent = (row: ActivityRow, actorName: string | null): ActivityEventRead => ({
  ...row,
  ...toRoute(row),
  actor: { kind: row.actor.kind, id: UUID.test(row.actor.id) ? row.actor.id : null, name: actorName },
});
