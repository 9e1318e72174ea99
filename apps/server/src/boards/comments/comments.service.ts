import { sendMessages } from '#server/agents/index.ts';
import { hasRole } from '#server/identity/index.ts';
import { type Context, inTransaction, type TxContext } from '#server/platform/context.ts';
import { publish } from '#server/platform/events/publish.ts';
import { newId } from '#server/platform/ids.ts';
import { notFound, Problem } from '#server/platform/problem.ts';
import { listBoardListeners } from '../boards/audience.store.ts';
import { toMessageTask } from '../tasks/notices/notices.ts';
import type { TaskKey } from '../tasks/tasks.store.ts';
import { taskCommentDeleted, taskCommentEdited, taskCommented, toTaskComment } from './comments.events.ts';
import { assertLeadMayComment, planTellings } from './comments.rules.ts';
import type { TaskCommentRead } from './comments.schema.ts';
import {
  type CommentedTask,
  type CommentKey,
  findCommentedTask,
  insertComment,
  listComments,
  listMentioningTexts,
  lockComment,
  removeComment,
  saveComment,
} from './comments.store.ts';
import type { ActivityTaskCommentFeedItemRead } from './feed/feed.schema.ts';

/** A page of a task's comments, oldest first. Throws `task.not_found`. */
export async function readComments(ctx: Context, key: TaskKey, slice: { limit: number; offset: number }) {
  await getCommentedTask(ctx, key);
  return listComments(ctx, key, slice);
}

async function getCommentedTask(ctx: Context, key: TaskKey): Promise<CommentedTask> {
  const task = await findCommentedTask(ctx, key);
  if (!task) throw notFound('task', key.taskId);
  return task;
}

/** Comments on a task and tells the agents concerned. Throws `task.not_found`, `task.lead_comment_forbidden`. */
export function createComment(ctx: Context, key: TaskKey, message: string): Promise<TaskCommentRead> {
  return inTransaction(ctx, async (tx) => {
    const reading = getCommentedTask(tx, key);
    await assertMayComment(tx, reading);
    // Together: whoever may not see the task leaves nothing behind.
    const [task, comment] = await Promise.all([reading, insertComment(tx, { ...key, id: newId(tx.now()), message })]);
    await publishComment(tx, comment);
    await tell(tx, key, task, comment);
    return toTaskComment(comment);
  });
}

/** Stores a comment and publishes it; nobody is told. */
export async function addComment(
  tx: TxContext,
  key: TaskKey,
  message: string,
): Promise<ActivityTaskCommentFeedItemRead> {
  const comment = await insertComment(tx, { ...key, id: newId(tx.now()), message });
  await publishComment(tx, comment);
  return comment;
}

const publishComment = (tx: TxContext, comment: ActivityTaskCommentFeedItemRead): Promise<void> =>
  publish(tx, taskCommented, {
    subjectId: comment.id,
    boardId: comment.board_id,
    activityId: comment.id,
    data: { comment },
  });

async function assertMayComment(tx: TxContext, reading: Promise<CommentedTask>): Promise<void> {
  const { caller, actor } = tx;
  if (caller.kind !== 'agent' || caller.agentKind !== 'lead') return;
  const task = await reading;
  assertLeadMayComment({
    lead: { name: caller.name, is_board_lead: true },
    status: task.status,
    createdByLead: task.created_by_agent_id === actor.id,
    earlier: await listMentioningTexts(tx, task.id),
  });
}

async function tell(
  tx: TxContext,
  { boardId, taskId }: TaskKey,
  task: CommentedTask,
  { message, user_name, agent_name }: ActivityTaskCommentFeedItemRead,
): Promise<void> {
  const text = message ?? '';
  const readers = text.includes('@') ? await listBoardListeners(tx, boardId) : [];
  const assigneeId = task.assigned_agent_id;
  const data = { task: toMessageTask(task), actor: agent_name ?? user_name ?? 'User', text };
  await sendMessages(
    tx,
    planTellings(text, { readers, assigneeId, authorId: tx.actor.id }).map((telling) => ({
      ...telling,
      data,
      taskId,
    })),
  );
}

/** Changes the text of one's own comment. Throws `comment.not_found`, `comment.author_only`. */
export function updateComment(ctx: Context, key: CommentKey, message: string): Promise<TaskCommentRead> {
  return inTransaction(ctx, async (tx) => {
    const stored = await lockExisting(tx, key);
    if (!isAuthor(tx, stored)) throw authorOnly();
    if (stored.message === message) return toTaskComment(stored);
    await saveComment(tx, key, message);
    const comment = { ...stored, message, edited_at: tx.now().toISOString() };
    await publish(tx, taskCommentEdited, { subjectId: key.commentId, boardId: key.boardId, data: { comment } });
    return toTaskComment(comment);
  });
}

/** Deletes a comment: its author, or an admin who may write on the board. Throws `comment.not_found`, `comment.author_only`. */
export function deleteComment(ctx: Context, key: CommentKey): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const stored = await lockExisting(tx, key);
    const isAdmin = tx.caller.kind === 'user' && hasRole(tx.caller.role, 'admin');
    if (!isAdmin && !isAuthor(tx, stored)) throw authorOnly();
    await removeComment(tx, key);
    const comment = { ...stored, message: null };
    await publish(tx, taskCommentDeleted, { subjectId: key.commentId, boardId: key.boardId, data: { comment } });
  });
}

async function lockExisting(tx: TxContext, key: CommentKey): Promise<ActivityTaskCommentFeedItemRead> {
  const comment = await lockComment(tx, key);
  if (!comment) throw notFound('comment', key.commentId);
  return comment;
}

const isAuthor = ({ actor }: Context, { user_id, agent_id }: ActivityTaskCommentFeedItemRead): boolean =>
  actor.id === (actor.kind === 'agent' ? agent_id : user_id);

const authorOnly = () => new Problem('comment.author_only', 403, 'Only the author of a comment may do this.');
