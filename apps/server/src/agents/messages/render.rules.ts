import { toSnippet } from '#server/platform/text/snippet.rules.ts';
import { withoutCredentials } from '#server/platform/text/without-credentials.rules.ts';
import { toFenced, toLine } from './fences.rules.ts';
import type { MessageData, MessageKind, MessageOf, TaskOfMessage } from './messages.rules.ts';

/** Who reads a message, and where the answer goes. */
export interface Reader {
  board: { id: string; name: string } | null;
  /** Where this server is reached; without a trailing slash. */
  baseUrl: string;
}

type Lines = (string | null)[];

const TASK_TEXT = 500;
const CHAT_TEXT = 800;
const WEBHOOK_PREVIEW = 4000;

const api = (reader: Reader, path: string) => `${reader.baseUrl}/api/v1${path}`;
const onBoard = (reader: Reader, path: string) =>
  api(reader, `/agent/boards/${reader.board?.id ?? '{board_id}'}${path}`);
const boardOf = ({ board }: Reader) => (board ? `Board: ${toLine(board.name)} (${board.id})` : null);
const json = (value: unknown) => toLine(JSON.stringify(value) ?? 'null');
const optional = (label: string, value: string | null) => (value === null ? null : `${label}: ${toLine(value)}`);

const taskLines = (task: TaskOfMessage): Lines => [
  `Task: ${task.id}`,
  `Title: ${toLine(task.title)}`,
  `Status: ${toLine(task.status)}`,
  `Priority: ${toLine(task.priority)}`,
];
const descriptionOf = ({ description }: TaskOfMessage) =>
  description?.trim() ? toFenced('Description', toSnippet(description.trim(), TASK_TEXT)) : null;

const aboutTask = (reader: Reader, opening: string, task: TaskOfMessage, more: Lines = []): Lines => [
  opening,
  boardOf(reader),
  ...taskLines(task),
  ...more,
  descriptionOf(task),
  `Change it with PATCH ${onBoard(reader, `/tasks/${task.id}`)}`,
];

const comment = (reader: Reader, opening: string, { task, actor, text }: MessageData['task.comment']): Lines => [
  opening,
  boardOf(reader),
  ...taskLines(task),
  `From: ${toLine(actor)}`,
  toFenced('Comment', toSnippet(text.trim(), TASK_TEXT)),
  `Answer with POST ${onBoard(reader, `/tasks/${task.id}/comments`)} and {"message": "..."}`,
];

const chat = (reader: Reader, opening: string, { sender, text }: MessageData['chat.message']): Lines => [
  opening,
  boardOf(reader),
  `From: ${toLine(sender)}`,
  toFenced('Message', toSnippet(text.trim(), CHAT_TEXT)),
  `Answer with POST ${onBoard(reader, '/memory')} and {"content": "...", "tags": ["chat"]}`,
];

const groupChat = (reader: Reader, opening: string, { sender, text }: MessageData['group.chat']): Lines => [
  opening,
  boardOf(reader),
  `From: ${toLine(sender)}`,
  toFenced('Message', toSnippet(text.trim(), CHAT_TEXT)),
  `Answer with POST ${api(reader, `/boards/${reader.board?.id ?? '{board_id}'}/group-memory`)} and {"content": "...", "tags": ["chat"]}`,
];

const onboarding = ({ board, text }: MessageData['onboarding.start'], reader: Reader): Lines => [
  `Onboarding of the board ${toLine(board.name)} (${board.id})`,
  text,
  `Post with POST ${api(reader, `/agent/boards/${board.id}/onboarding`)}`,
];

const skill = (opening: string, { name, source_url, install_dir }: MessageData['skill.install']): Lines => [
  opening,
  toFenced(
    'Skill',
    [`name: ${toLine(name)}`, `source: ${toLine(source_url)}`, `directory: ${toLine(install_dir)}`].join('\n'),
  ),
];

const answerTags = (tags: string[], source: string | null) =>
  JSON.stringify({ content: '...', tags: tags.map(toLine), source: source === null ? null : toLine(source) });

type Renderers = { [K in MessageKind]: (data: MessageData[K], reader: Reader) => Lines };

const RENDERERS: Renderers = {
  'task.created': ({ task }, reader) => aboutTask(reader, 'A new task is on your board.', task),
  'task.assigned': ({ task, due_at, depends_on_task_ids }, reader) =>
    aboutTask(reader, 'A task was assigned to you.', task, [
      optional('Due', due_at),
      depends_on_task_ids.length > 0 ? `Depends on: ${depends_on_task_ids.join(', ')}` : null,
    ]),
  'task.review_ready': ({ task, moved_by }, reader) =>
    aboutTask(reader, 'A task is ready for your review.', task, [`Moved by: ${toLine(moved_by)}`]),
  'task.changes_requested': ({ task, comment: text }, reader) =>
    aboutTask(reader, 'Your task came back: changes are asked for.', task, [
      text?.trim() ? toFenced('What the lead says', toSnippet(text.trim(), TASK_TEXT)) : null,
    ]),
  'task.returned_to_inbox': ({ task }, reader) =>
    aboutTask(reader, 'A task is back in the inbox and nobody has it.', task),
  'task.comment': (data, reader) => comment(reader, 'A comment on your task.', data),
  'task.mention': (data, reader) => comment(reader, 'You were mentioned in a comment.', data),
  'task.due_soon': ({ task, due_at }, reader) =>
    aboutTask(reader, 'A task is due within a day.', task, [optional('Due', due_at)]),
  'task.overdue': ({ task, due_at }, reader) =>
    aboutTask(reader, 'A task is overdue.', task, [optional('Due', due_at)]),
  'approval.resolved': (data, reader) => [
    `The approval ${data.approval_id} was decided: ${toLine(data.decision)}.`,
    boardOf(reader),
    `Action: ${toLine(data.action_type)}`,
    `Confidence: ${data.confidence}`,
    data.task_ids.length > 0 ? `Tasks: ${data.task_ids.join(', ')}` : null,
    `Hash of the arguments: ${data.args_hash}`,
    data.comment?.trim() ? toFenced('Comment', toSnippet(data.comment.trim(), TASK_TEXT)) : null,
    `Read it with GET ${onBoard(reader, '/approvals')}`,
  ],
  'board.updated': ({ changes }, reader) => [
    'Your board was changed.',
    boardOf(reader),
    ...changes
      .toSorted((a, b) => (a.field < b.field ? -1 : 1))
      .map(({ field, before, after }) => `${toLine(field)}: ${json(before)} -> ${json(after)}`),
    `Read it with GET ${onBoard(reader, '')}`,
  ],
  'board.group_changed': ({ change, board, group_name }, reader) => [
    `The board ${toLine(board.name)} (${board.id}) ${change} the group${group_name === null ? '' : ` ${toLine(group_name)}`}.`,
    reader.board && `Your board: ${toLine(reader.board.name)} (${reader.board.id})`,
    `Read the group with GET ${api(reader, `/boards/${reader.board?.id ?? board.id}/group-snapshot`)}`,
  ],
  'chat.message': (data, reader) => chat(reader, 'A message in the board chat.', data),
  'chat.mention': (data, reader) => chat(reader, 'You were mentioned in the board chat.', data),
  'group.broadcast': (data, reader) => groupChat(reader, 'A message to every board of the group.', data),
  'group.mention': (data, reader) => groupChat(reader, 'You were mentioned in the group chat.', data),
  'group.chat': (data, reader) => groupChat(reader, 'A message in the group chat.', data),
  'control.pause': () => ['/pause'],
  'control.resume': () => ['/resume'],
  'webhook.received': ({ webhook_id, payload_id, description, preview }, reader) => [
    'A webhook was received for your board. Decide what it means for the work here: make or change tasks, or ask.',
    boardOf(reader),
    `Read all of it with GET ${onBoard(reader, `/webhooks/${webhook_id}/payloads/${payload_id}`)}`,
    toFenced(
      'Webhook',
      [
        `webhook: ${webhook_id}`,
        `payload: ${payload_id}`,
        `description: ${toLine(description)}`,
        toSnippet(preview, WEBHOOK_PREVIEW),
      ].join('\n'),
    ),
  ],
  'agent.nudge': ({ text, from }, reader) => [
    `${toLine(from)} nudges you.`,
    boardOf(reader),
    toFenced('Message', text),
    'Go on with your work; say how it stands in a comment on your task.',
  ],
  'agent.wake': (_, reader) => [
    'Wake up. Read BOOTSTRAP.md first if it is there, then AGENTS.md.',
    boardOf(reader),
    `Check in with POST ${api(reader, '/agent/heartbeat')}`,
  ],
  'lead.message': (data, reader) => [
    `The main agent of your gateway has a ${data.message_kind} for you.`,
    boardOf(reader),
    optional('Correlation id', data.correlation_id),
    toFenced('Message', data.text),
    `Answer in board memory, not in chat: POST ${onBoard(reader, '/memory')} and ${answerTags(data.reply_tags, data.reply_source)}`,
  ],
  'user.question': (data, reader) => [
    `The lead ${toLine(data.lead)} asks you to ask the user.`,
    `Board: ${toLine(data.board.name)} (${data.board.id})`,
    optional('Correlation id', data.correlation_id),
    optional('Preferred channel', data.preferred_channel),
    toFenced('Question', data.text),
    `Post the answer with POST ${api(reader, `/agent/boards/${data.board.id}/memory`)} and ${answerTags(data.reply_tags, data.reply_source)}`,
  ],
  'onboarding.start': onboarding,
  'onboarding.answer': onboarding,
  'onboarding.resume': onboarding,
  'skill.install': (data) => skill('Install this skill into the directory, then say so.', data),
  'skill.uninstall': (data) => skill('Remove this skill from the directory, then say so.', data),
};

/**
 * What an agent reads. Text from outside stands between fences or on one line of its own, shortened, and no credential
 * is in it.
 */
export function renderMessage<K extends MessageKind>({ kind, data }: MessageOf<K>, reader: Reader): string {
  const lines = RENDERERS[kind](data, reader).filter((line) => line !== null);
  return withoutCredentials(lines.join('\n'));
}
