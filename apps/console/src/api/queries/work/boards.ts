import type { paths } from '@mission-control/sdk/api';
import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { boardKeys } from '../work-keys.ts';

const LIMIT = 200;

export type BoardCreate = paths['/api/v1/boards']['post']['requestBody']['content']['application/json'];
export type BoardUpdate = paths['/api/v1/boards/{board_id}']['patch']['requestBody']['content']['application/json'];

/** The boards that the caller reads, by name. At most 200. */
export const boardsQuery = queryOptions({
  queryKey: boardKeys.lists,
  queryFn: ({ signal }) => read(api.GET('/api/v1/boards', { signal, params: { query: { limit: LIMIT } } })),
});

/** The same with how much is on each of them: for a page about boards, not for their names. */
export const countedBoardsQuery = queryOptions({
  queryKey: boardKeys.counted,
  queryFn: ({ signal }) => {
    const query = { limit: LIMIT, with_counts: true };
    return read(api.GET('/api/v1/boards', { signal, params: { query } }));
  },
});

export const boardQuery = (boardId: string) =>
  queryOptions({
    queryKey: boardKeys.detail(boardId),
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/boards/{board_id}', { signal, params: { path: { board_id: boardId } } })),
  });

/** Everything that a board's page shows at first: open tasks, newest done ones, agents, approvals, chat. */
export const boardSnapshotQuery = (boardId: string) =>
  queryOptions({
    queryKey: boardKeys.snapshot(boardId),
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/boards/{board_id}/snapshot', { signal, params: { path: { board_id: boardId } } })),
    staleTime: Number.POSITIVE_INFINITY, // the stream keeps it fresh, and asks again after a gap
  });

export const createBoard = (body: BoardCreate) => read(api.POST('/api/v1/boards', { body }));

export const updateBoard = (boardId: string, body: BoardUpdate) =>
  read(api.PATCH('/api/v1/boards/{board_id}', { params: { path: { board_id: boardId } }, body }));

export const deleteBoard = (boardId: string) =>
  read(api.DELETE('/api/v1/boards/{board_id}', { params: { path: { board_id: boardId } } }));

/** Stops the agents of a board, or lets them go on. */
export const setBoardPaused = (boardId: string, isPaused: boolean) =>
  read(
    api.POST(isPaused ? '/api/v1/boards/{board_id}/pause' : '/api/v1/boards/{board_id}/resume', {
      params: { path: { board_id: boardId } },
    }),
  );

/** The other boards of a board's group, with how many tasks each has in each status. */
export const siblingsQuery = (boardId: string) =>
  queryOptions({
    queryKey: boardKeys.siblings(boardId),
    queryFn: ({ signal }) => {
      const params = { path: { board_id: boardId }, query: { per_board_task_limit: 0 } };
      return read(api.GET('/api/v1/boards/{board_id}/group-snapshot', { signal, params }));
    },
  });
