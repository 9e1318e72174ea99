import { z } from 'zod';
import { defineEvent, type StreamFact } from '#server/platform/events/publish.ts';
import type { TaskCommentRead } from './comments.schema.ts';
import { ActivityTaskCommentFeedItemRead } from './feed/feed.schema.ts';

const schema = z.object({ comment: ActivityTaskCommentFeedItemRead });
type CommentFact = z.infer<typeof schema>;

/** What a task's own list shows of a comment. */
export const toTaskComment = (item: ActivityTaskCommentFeedItemRead): TaskCommentRead => {
  const { id, task_id, message, agent_id, user_id, user_name, created_at, edited_at } = item;
  return { id, task_id, message, agent_id, user_id, user_name, created_at, edited_at };
};

const streams = {
  tasks: ({ type, activity, data: { comment } }: StreamFact<CommentFact>) => ({
    event: 'task',
    data: { type, activity, comment: toTaskComment(comment) },
  }),
  comments: ({ data: { comment } }: StreamFact<CommentFact>) => ({ event: 'comment', data: { comment } }),
};

const toDeleted = ({ data: { comment } }: StreamFact<CommentFact>) => ({
  event: 'deleted',
  data: { type: 'task.comment_deleted', id: comment.id, board_id: comment.board_id, task_id: comment.task_id },
});

/** The texts stay out of the trail: they can be deleted, it cannot. */
const audit = ({ comment: { task_id, agent_id, user_id } }: CommentFact) => ({ task_id, agent_id, user_id });

export const taskCommented = defineEvent({
  type: 'task.comment',
  subject: 'comment',
  schema,
  streams,
  activity: ({ comment }) => ({ message: comment.message, taskId: comment.task_id }),
  audit,
});

export const taskCommentEdited = defineEvent({
  type: 'task.comment_edited',
  subject: 'comment',
  schema,
  streams,
  activity: ({ comment }) => ({
    message: `${comment.task_title}: a comment was edited.`,
    taskId: comment.task_id,
    data: { comment_id: comment.id },
  }),
  audit,
});

export const taskCommentDeleted = defineEvent({
  type: 'task.comment_deleted',
  subject: 'comment',
  schema: z.object({ comment: ActivityTaskCommentFeedItemRead.extend({ message: z.null() }) }),
  streams: { tasks: toDeleted, comments: toDeleted },
  activity: ({ comment }) => ({
    message: `${comment.task_title}: a comment was deleted.`,
    taskId: comment.task_id,
    data: { comment_id: comment.id },
  }),
  audit,
});
