import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { taskKeys } from '../work-keys.ts';

export type TaskCreate = paths['/api/v1/boards/{board_id}/tasks']['post']['requestBody']['content']['application/json'];
export type TaskUpdate =
  paths['/api/v1/boards/{board_id}/tasks/{task_id}']['patch']['requestBody']['content']['application/json'];

/** One task of a board. */
export const taskQuery = (boardId: string, taskId: string) =>
  queryOptions({
    queryKey: taskKeys.detail(taskId),
    queryFn: ({ signal }) =>
      read(
        api.GET('/api/v1/boards/{board_id}/tasks/{task_id}', {
          signal,
          params: { path: { board_id: boardId, task_id: taskId } },
        }),
      ),
  });

const FOUND = 7;

/** Tasks of every board that the caller reads whose words match; the few first. */
export const tasksQuery = (q: string) =>
  queryOptions({
    queryKey: ['tasks', 'found', q],
    queryFn: ({ signal }) => read(api.GET('/api/v1/tasks', { signal, params: { query: { q, limit: FOUND } } })),
  });

export const createTask = (boardId: string, body: TaskCreate) =>
  read(api.POST('/api/v1/boards/{board_id}/tasks', { params: { path: { board_id: boardId } }, body }));

/** Changes a task. The answer may differ from what was asked: a blocked task goes back to the inbox. */
export const updateTask = (boardId: string, taskId: string, body: TaskUpdate) =>
  read(
    api.PATCH('/api/v1/boards/{board_id}/tasks/{task_id}', {
      params: { path: { board_id: boardId, task_id: taskId } },
      body,
    }),
  );

export const deleteTask = (boardId: string, taskId: string) =>
  read(
    api.DELETE('/api/v1/boards/{board_id}/tasks/{task_id}', {
      params: { path: { board_id: boardId, task_id: taskId } },
    }),
  );
