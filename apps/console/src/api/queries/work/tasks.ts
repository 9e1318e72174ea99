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

/** By what the tasks of a board are narrowed. */
export interface TaskFilters {
  q?: string | undefined;
  assigned_agent_id?: string | undefined;
  unassigned?: boolean | undefined;
  priority?: string | undefined;
  tag_id?: string | undefined;
}

/** A page of a board's done tasks, newest first. */
export const listDoneTasks = (boardId: string, filters: TaskFilters, offset: number) =>
  read(
    api.GET('/api/v1/boards/{board_id}/tasks', {
      params: { path: { board_id: boardId }, query: { ...filters, status: 'done', limit: 200, offset } },
    }),
  );

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

/** The server takes so many at once. */
const MAX_AT_ONCE = 100;

/** Changes tasks alike; each stands or fails by itself. */
export async function updateTasks(boardId: string, taskIds: readonly string[], patch: TaskUpdate) {
  const results = [];
  for (let from = 0; from < taskIds.length; from += MAX_AT_ONCE) {
    const body = { task_ids: taskIds.slice(from, from + MAX_AT_ONCE), patch };
    const params = { path: { board_id: boardId } };
    results.push(...(await read(api.POST('/api/v1/boards/{board_id}/tasks/bulk', { params, body }))).items);
  }
  return results;
}

export const deleteTask = (boardId: string, taskId: string) =>
  read(
    api.DELETE('/api/v1/boards/{board_id}/tasks/{task_id}', {
      params: { path: { board_id: boardId, task_id: taskId } },
    }),
  );
