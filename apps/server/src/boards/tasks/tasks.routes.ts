import { z } from 'zod';
import { assertBoardAccess } from '#server/identity/index.ts';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router, sendJsonText } from '#server/platform/http/route.ts';
import { TASK_OPERATIONS } from './agent-operations.ts';
import { createTask } from './creation/creation.service.ts';
import { TaskStatusChange } from './history/history.schema.ts';
import { listStatusChanges } from './history/history.store.ts';
import { listTasks } from './reads/task-lists.store.ts';
import { AllTasksQuery, TaskQuery } from './reads/task-query.schema.ts';
import { TaskBulkResult, TaskBulkUpdate, TaskCreate, TaskPage, TaskRead, TaskUpdate } from './tasks.schema.ts';
import { deleteTask, updateTask, updateTasks } from './tasks.service.ts';
import { getTask } from './tasks.store.ts';

const tags = ['tasks'];
const board = z.object({ board_id: z.uuid() });
const params = board.extend({ task_id: z.uuid() });
const keyOf = ({ board_id, task_id }: z.infer<typeof params>) => ({ boardId: board_id, taskId: task_id });
const FenceHeader = z.looseObject({
  'x-task-fence': z.coerce.number().int().min(0).optional().describe('The fence of the lease that the caller holds.'),
});

/** The operations that people and agents share, at the paths of each. */
const FORMS = [
  {
    path: '/boards/:board_id/tasks',
    list: { access: 'board-work:read', schema: { tags, operationId: 'listBoardTasks' } },
    create: { access: 'boards:write', schema: { tags, operationId: 'createTask' } },
    update: { access: 'tasks:change', schema: { tags, operationId: 'updateTask' } },
    remove: { access: 'boards:write', schema: { tags, operationId: 'deleteTask' } },
  },
  {
    path: '/agent/boards/:board_id/tasks',
    list: {
      access: 'agent-api:board',
      schema: { ...agentOperation(TASK_OPERATIONS.list), operationId: 'agent_list_tasks' },
    },
    create: {
      access: 'agent-api:lead',
      schema: { ...agentOperation(TASK_OPERATIONS.create), operationId: 'agent_lead_create_task' },
    },
    update: {
      access: 'agent-api:board',
      schema: { ...agentOperation(TASK_OPERATIONS.update), operationId: 'agent_update_task' },
    },
    remove: {
      access: 'agent-api:lead',
      schema: { ...agentOperation(TASK_OPERATIONS.delete), operationId: 'agent_delete_task' },
    },
  },
];

export function tasksRoutes(router: Router): void {
  for (const { path, list, create } of FORMS) {
    router.get(
      path,
      {
        config: { access: list.access },
        schema: {
          ...list.schema,
          summary: 'Tasks of a board, newest first unless sorted.',
          params: board,
          querystring: TaskQuery,
          response: { 200: TaskPage, ...problems(403, 404, 422) },
        },
      },
      async ({ ctx, params: { board_id }, query }, reply) => sendJsonText(reply, await listTasks(ctx, query, board_id)),
    );

    router.post(
      path,
      {
        config: { access: create.access },
        schema: {
          ...create.schema,
          summary: 'Make a task.',
          params: board,
          body: TaskCreate,
          response: { 200: TaskRead, ...problems(403, 404, 409, 422) },
        },
      },
      ({ ctx, params: { board_id }, body }) => createTask(ctx, board_id, body),
    );
  }
}

export function taskRoutes(router: Router): void {
  for (const { path, update, remove } of FORMS) {
    router.patch(
      `${path}/:task_id`,
      {
        config: { access: update.access },
        schema: {
          ...update.schema,
          summary: 'Change a task. Who asks decides which fields; an unchanged value counts as not sent.',
          params,
          headers: FenceHeader,
          body: TaskUpdate,
          response: { 200: TaskRead, ...problems(403, 404, 409, 422) },
        },
      },
      async (request, reply) => {
        const { task, isAdjusted } = await updateTask(request.ctx, {
          ...keyOf(request.params),
          patch: request.body,
          version: expectedVersion(request),
          fence: request.headers['x-task-fence'],
        });
        if (isAdjusted) reply.header('x-task-adjusted', 'blocked');
        return task;
      },
    );

    router.delete(
      `${path}/:task_id`,
      {
        config: { access: remove.access },
        schema: {
          ...remove.schema,
          summary: 'Remove a task with its comments and history.',
          params,
          response: { 200: OkResponse, ...problems(403, 404, 409) },
        },
      },
      async (request) => {
        await deleteTask(request.ctx, keyOf(request.params), expectedVersion(request));
        return OK;
      },
    );
  }
}

/** What the work contract did not have. */
export function moreTaskRoutes(router: Router): void {
  router.get(
    '/tasks',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'listTasks',
        tags,
        summary: 'Tasks of every board that you may read.',
        querystring: AllTasksQuery,
        response: { 200: TaskPage, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, query }, reply) => {
      if (query.board_id !== undefined) await assertBoardAccess(ctx, query.board_id, 'read');
      return sendJsonText(reply, await listTasks(ctx, query, query.board_id));
    },
  );

  router.get(
    '/boards/:board_id/tasks/:task_id',
    {
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'getTask',
        tags,
        summary: 'One task.',
        params,
        response: { 200: TaskRead, ...problems(403, 404) },
      },
    },
    ({ ctx, params: key }) => getTask(ctx, keyOf(key)),
  );

  router.get(
    '/boards/:board_id/tasks/:task_id/history',
    {
      config: { access: 'board-work:read' },
      schema: {
        operationId: 'listTaskHistory',
        tags,
        summary: 'The statuses that a task went through, oldest first.',
        params,
        response: { 200: z.object({ items: z.array(TaskStatusChange) }), ...problems(403, 404) },
      },
    },
    async ({ ctx, params: key }) => {
      await getTask(ctx, keyOf(key));
      return { items: await listStatusChanges(ctx, keyOf(key)) };
    },
  );

  router.post(
    '/boards/:board_id/tasks/bulk',
    {
      config: { access: 'board-work:lead' },
      schema: {
        operationId: 'updateTasks',
        tags,
        summary: 'Change up to 100 tasks alike; each stands or fails alone.',
        params: board,
        body: TaskBulkUpdate,
        response: { 200: TaskBulkResult, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, params: { board_id }, body }) => ({
      items: await updateTasks(ctx, board_id, body.task_ids, body.patch),
    }),
  );
}
