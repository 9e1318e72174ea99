/** What agents are told; `docs/glossary.md` and the work contract name each. */
export type MessageKind =
  | 'task.created'
  | 'task.assigned'
  | 'task.review_ready'
  | 'task.changes_requested'
  | 'task.returned_to_inbox'
  | 'task.comment'
  | 'task.mention'
  | 'task.due_soon'
  | 'task.overdue'
  | 'approval.resolved'
  | 'board.updated'
  | 'board.group_changed'
  | 'chat.message'
  | 'chat.mention'
  | 'group.broadcast'
  | 'group.mention'
  | 'group.chat'
  | 'control.pause'
  | 'control.resume'
  | 'webhook.received'
  | 'agent.nudge'
  | 'agent.wake'
  | 'lead.message'
  | 'user.question'
  | 'onboarding.start'
  | 'onboarding.answer'
  | 'onboarding.resume'
  | 'skill.install'
  | 'skill.uninstall';

/** Sent also while the board is paused: what controls it, and what people say. */
export const isHeldByPause = (kind: MessageKind): boolean => !/^(control|chat|group)\./.test(kind);
