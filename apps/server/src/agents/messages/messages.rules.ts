/** A task as messages show it; its text is shortened here. */
export interface TaskOfMessage {
  id: string;
  title: string;
  status: string;
  priority: string;
  description: string | null;
}

interface Named {
  id: string;
  name: string;
}

interface AboutTask {
  task: TaskOfMessage;
}

interface Comment extends AboutTask {
  /** Who wrote it, as people know them. */
  actor: string;
  text: string;
}

interface Talk {
  /** Who wrote it, as people know them. */
  sender: string;
  text: string;
}

interface Onboarding {
  board: Named;
  /** What the main agent reads: our own words around fenced answers are made by the onboarding. */
  text: string;
}

interface Skill {
  name: string;
  source_url: string;
  install_dir: string;
}

interface Due extends AboutTask {
  due_at: string;
}

/** What each kind of message carries. Text from outside is given as it is: fencing and shortening happen here. */
export interface MessageData {
  'task.created': AboutTask;
  'task.assigned': AboutTask & { due_at: string | null; depends_on_task_ids: string[] };
  'task.review_ready': AboutTask & { moved_by: string };
  'task.changes_requested': AboutTask & { comment: string | null };
  'task.returned_to_inbox': AboutTask;
  'task.comment': Comment;
  'task.mention': Comment;
  'task.due_soon': Due;
  'task.overdue': Due;
  'approval.resolved': {
    approval_id: string;
    action_type: string;
    decision: string;
    confidence: number;
    task_ids: string[];
    args_hash: string;
    comment: string | null;
  };
  'board.updated': { changes: { field: string; before: unknown; after: unknown }[] };
  'board.group_changed': { change: 'joined' | 'left'; board: Named; group_name: string | null };
  'chat.message': Talk;
  'chat.mention': Talk;
  'group.broadcast': Talk;
  'group.mention': Talk;
  'group.chat': Talk;
  'control.pause': Record<never, never>;
  'control.resume': Record<never, never>;
  'webhook.received': { webhook_id: string; payload_id: string; description: string; preview: string };
  'agent.nudge': { text: string; from: string };
  'agent.wake': Record<never, never>;
  'lead.message': {
    message_kind: 'question' | 'handoff';
    correlation_id: string | null;
    text: string;
    reply_tags: string[];
    reply_source: string | null;
  };
  'user.question': {
    board: Named;
    lead: string;
    correlation_id: string | null;
    preferred_channel: string | null;
    text: string;
    reply_tags: string[];
    reply_source: string | null;
  };
  'onboarding.start': Onboarding;
  'onboarding.answer': Onboarding;
  'onboarding.resume': Onboarding;
  'skill.install': Skill;
  'skill.uninstall': Skill;
}

/** What agents are told; `docs/glossary.md` and the work contract name each. */
export type MessageKind = keyof MessageData;

/** A kind with its data; without a kind, any of them. */
export type MessageOf<K extends MessageKind = MessageKind> = { [P in K]: { kind: P; data: MessageData[P] } }[K];

/** Sent also while the board is paused: what controls it, and what people say. */
export const isHeldByPause = (kind: MessageKind): boolean => !/^(control|chat|group)\./.test(kind);
