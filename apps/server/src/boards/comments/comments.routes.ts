import { z } from 'zod';
import { type AgentOperation, agentOperation } from '#server/platform/http/agent-operation.ts';
import { OffsetQuery } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { TaskCommentCreate, TaskCommentPage, TaskCommentRead, TaskCommentUpdate } from './comments.schema.ts';
import { createComment, deleteComment, readComments, updateComment } from './comments.service.ts';

const tags = ['comments'];
const params = z.object({ board_id: z.uuid(), task_id: z.uuid() });
const one = params.extend({ comment_id: z.uuid() });
const keyOf = ({ board_id, task_id }: z.infer<typeof params>) => ({ boardId: board_id, taskId: task_id });
const commentOf = (key: z.infer<typeof one>) => ({ ...keyOf(key), commentId: key.comment_id });

const READ: AgentOperation = {
  roles: ['lead', 'worker'],
  intent: 'agent_task_comment_discovery',
  whenToUse: ['You begin or take over a task: read what was said.', 'Somebody mentioned you.'],
  whenNotToUse: ['You look for the talk of the whole board: read its memory with is_chat=true.'],
  routing: ['Read the comments of a task before you work on it.'],
  examples: [{ intent: 'read what was said on my task', decision: 'agent_list_task_comments' }],
};

const WRITE: AgentOperation = {
  roles: ['lead', 'worker'],
  intent: 'agent_task_comment_create',
  whenToUse: ['You report progress, a result or a question on a task.', 'You answer a comment.'],
  whenNotToUse: ['It concerns the whole board: write to its memory.', 'You change the status: update the task.'],
  sideEffects: ['Mentioned agents are told, else the assignee.'],
  never: ['Leads comment only in review, where they were mentioned, or on tasks they made.'],
  routing: ['Name an agent with @name to reach it, or @lead.'],
  examples: [{ intent: 'report progress', decision: 'agent_create_task_comment' }],
};

/** The operations that people and agents share, at the paths of each. */
const FORMS = [
  {
    path: '/boards/:board_id/tasks/:task_id/comments',
    read: { access: 'board-work:read', schema: { tags, operationId: 'listTaskComments' } },
    write: { access: 'board-work:write', schema: { tags, operationId: 'createTaskComment' } },
  },
  {
    path: '/agent/boards/:board_id/tasks/:task_id/comments',
    read: { access: 'agent-api:board', schema: { ...agentOperation(READ), operationId: 'agent_list_task_comments' } },
    write: {
      access: 'agent-api:board',
      schema: { ...agentOperation(WRITE), operationId: 'agent_create_task_comment' },
    },
  },
];

export function commentsRoutes(router: Router): void {
  for (const { path, read, write } of FORMS) {
    router.get(
      path,
      {
        config: { access: read.access },
        schema: {
          ...read.schema,
          summary: 'Comments on a task, oldest first.',
          params,
          querystring: OffsetQuery,
          response: { 200: TaskCommentPage, ...problems(403, 404) },
        },
      },
      ({ ctx, params: key, query }) => readComments(ctx, keyOf(key), query),
    );

    router.post(
      path,
      {
        config: { access: write.access },
        schema: {
          ...write.schema,
          summary: 'Comment on a task; agents that it mentions are told, else the assignee.',
          params,
          body: TaskCommentCreate,
          response: { 200: TaskCommentRead, ...problems(403, 404) },
        },
      },
      ({ ctx, params: key, body }) => createComment(ctx, keyOf(key), body.message),
    );
  }
}

export function commentRoutes(router: Router): void {
  const path = '/boards/:board_id/tasks/:task_id/comments/:comment_id';

  router.patch(
    path,
    {
      config: { access: 'board-work:write' },
      schema: {
        operationId: 'updateTaskComment',
        tags,
        summary: 'Change the text of your own comment.',
        params: one,
        body: TaskCommentUpdate,
        response: { 200: TaskCommentRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: key, body }) => updateComment(ctx, commentOf(key), body.message),
  );

  router.delete(
    path,
    {
      config: { access: 'board-work:write' },
      schema: {
        operationId: 'deleteTaskComment',
        tags,
        summary: 'Delete your own comment, or as an admin of the board any.',
        params: one,
        response: { 204: z.null(), ...problems(403, 404) },
      },
    },
    async ({ ctx, params: key }, reply) => {
      await deleteComment(ctx, commentOf(key));
      return reply.code(204).send(null);
    },
  );
}
