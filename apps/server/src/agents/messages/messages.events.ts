import { z } from 'zod';
import { defineEvent } from '#server/platform/events/publish.ts';

const SENT = {
  'task.lead_notified': 'The lead was told',
  'task.lead_unassigned_notified': 'The lead was told that nobody has the task',
  'task.assignee_notified': 'The assignee was told',
  'task.rework_notified': 'The worker was told of the changes',
  'task.assignee_woken': 'The assignee was woken',
  'approval.lead_notified': 'The lead was told of the decision',
  'board.lead_notified': 'The lead was told of the change',
  'board.group.join.notified': 'Told of the board that joined',
  'board.group.leave.notified': 'Told of the board that left',
  'agent.wakeup.sent': 'Woken',
  'webhook.delivered': 'Told of a webhook',
} as const;

const FAILED = {
  'task.lead_notify_failed': 'The lead could not be told',
  'task.lead_unassigned_notify_failed': 'The lead could not be told that nobody has the task',
  'task.assignee_notify_failed': 'The assignee could not be told',
  'task.rework_notify_failed': 'The worker could not be told of the changes',
  'task.assignee_wake_failed': 'The assignee could not be woken',
  'approval.lead_notify_failed': 'The lead could not be told of the decision',
  'board.lead_notify_failed': 'The lead could not be told of the change',
  'board.group.join.notify_failed': 'Could not tell of the board that joined',
  'board.group.leave.notify_failed': 'Could not tell of the board that left',
  'webhook.delivery_failed': 'Could not tell of a webhook',
} as const;

export type SentNotice = keyof typeof SENT;
export type FailedNotice = keyof typeof FAILED;

const Notice = z.object({
  /** What the agent was told; see `MessageData`. */
  kind: z.string(),
  agent_id: z.uuid().nullable(),
  agent_name: z.string().nullable(),
  task_id: z.uuid().nullable(),
  /** Why it wakes the assignee; null when it does not. */
  reason: z.string().nullable(),
  /** Why it was given up. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

const noticeEvent = (type: string, text: string) =>
  defineEvent({
    type,
    subject: 'message',
    schema: Notice,
    activity: ({ agent_id, agent_name, task_id, kind, reason, error }) => ({
      message: `${text}: ${agent_name ?? 'no agent is there'}${error ? ` (${error.message})` : ''}.`,
      agentId: agent_id,
      taskId: task_id,
      data: { kind, ...(reason ? { reason } : {}), ...(error ? { code: error.code } : {}) },
    }),
  });

/** What is on record of a message that was sent, or given up, by the name that its sender chose. */
export const NOTICES = new Map(
  Object.entries({ ...SENT, ...FAILED }).map(([type, text]) => [type, noticeEvent(type, text)]),
);
