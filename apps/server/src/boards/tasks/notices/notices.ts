import { type MessageOf, type NewMessage, sendMessages, type TaskOfMessage } from '#server/agents/index.ts';
import type { TxContext } from '#server/platform/context.ts';
import { findLatestComment } from '../../comments/comments.store.ts';
import { findCallerName } from '../../memory/memory.store.ts';
import type { TaskRead } from '../tasks.schema.ts';
import type { Notice, NoticeKind } from './notices.rules.ts';

const EVENTS: Partial<Record<NoticeKind, NonNullable<NewMessage['events']>>> = {
  'task.created': { sent: 'task.lead_notified', failed: 'task.lead_notify_failed' },
  'task.assigned': { sent: 'task.assignee_notified', failed: 'task.assignee_notify_failed' },
  'task.review_ready': { sent: 'task.assignee_notified', failed: 'task.assignee_notify_failed' },
  'task.changes_requested': { sent: 'task.rework_notified', failed: 'task.rework_notify_failed' },
  'task.returned_to_inbox': { sent: 'task.lead_unassigned_notified', failed: 'task.lead_unassigned_notify_failed' },
};

/** Tells agents of a task, after the commit. */
export async function sendNotices(tx: TxContext, task: TaskRead, notices: Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const messages: NewMessage[] = [];
  for (const notice of notices) {
    const { agentId, kind, wakes } = notice;
    const events = EVENTS[kind];
    messages.push({
      ...(await toContent(tx, task, notice)),
      agentId,
      taskId: task.id,
      ...(events ? { events } : {}),
      ...(wakes ? { wakes } : {}),
    });
  }
  await sendMessages(tx, messages);
}

/** What messages show of a task. */
export const toMessageTask = ({ id, title, status, priority, description }: TaskOfMessage): TaskOfMessage => ({
  id,
  title,
  status,
  priority,
  description,
});

async function toContent(tx: TxContext, whole: TaskRead, { kind }: Notice): Promise<MessageOf<NoticeKind>> {
  const { due_at, depends_on_task_ids } = whole;
  const task = toMessageTask(whole);
  switch (kind) {
    case 'agent.wake':
      return { kind, data: {} };
    case 'task.assigned':
      return { kind, data: { task, due_at, depends_on_task_ids } };
    case 'task.review_ready':
      return { kind, data: { task, moved_by: await findCallerName(tx) } };
    case 'task.changes_requested':
      return { kind, data: { task, comment: await findLatestComment(tx, task.id, tx.actor.id) } };
    default:
      return { kind, data: { task } };
  }
}
