import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { byOffset } from '../../pages.ts';
import { taskKeys } from '../work-keys.ts';

interface Place {
  boardId: string;
  taskId: string;
}

const pathOf = ({ boardId, taskId }: Place) => ({ board_id: boardId, task_id: taskId });

/** The comments of a task, oldest first, by pages. */
export const commentsQuery = (place: Place) =>
  infiniteQueryOptions({
    queryKey: taskKeys.comments(place.taskId),
    queryFn: ({ signal, pageParam }) =>
      read(
        api.GET('/api/v1/boards/{board_id}/tasks/{task_id}/comments', {
          signal,
          params: { path: pathOf(place), query: { limit: 200, offset: pageParam } },
        }),
      ),
    ...byOffset,
  });

/** Every change of a task's status, oldest first. */
export const historyQuery = (place: Place) =>
  queryOptions({
    queryKey: taskKeys.history(place.taskId),
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/boards/{board_id}/tasks/{task_id}/history', { signal, params: { path: pathOf(place) } })),
  });

export const createComment = (place: Place, message: string) =>
  read(
    api.POST('/api/v1/boards/{board_id}/tasks/{task_id}/comments', {
      params: { path: pathOf(place) },
      body: { message },
    }),
  );

export const updateComment = (place: Place, commentId: string, message: string) =>
  read(
    api.PATCH('/api/v1/boards/{board_id}/tasks/{task_id}/comments/{comment_id}', {
      params: { path: { ...pathOf(place), comment_id: commentId } },
      body: { message },
    }),
  );

export const deleteComment = (place: Place, commentId: string) =>
  read(
    api.DELETE('/api/v1/boards/{board_id}/tasks/{task_id}/comments/{comment_id}', {
      params: { path: { ...pathOf(place), comment_id: commentId } },
    }),
  );
