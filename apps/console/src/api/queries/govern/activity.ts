import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { byOffset } from '../../pages.ts';
import { activityKeys } from '../work-keys.ts';

export interface ActivityFilters {
  board_id?: string | undefined;
  event_type?: string | undefined;
  actor_kind?: 'user' | 'agent' | 'webhook' | 'system' | undefined;
}

const PAGE = 100;

/** What happened on every board that the caller reads, newest first, by pages. */
export const activityQuery = (filters: ActivityFilters) =>
  infiniteQueryOptions({
    queryKey: [...activityKeys.lists, filters],
    queryFn: ({ signal, pageParam }) =>
      read(api.GET('/api/v1/activity', { signal, params: { query: { ...filters, limit: PAGE, offset: pageParam } } })),
    ...byOffset,
  });

const FEED = 50;

/** The last that happened on one board. */
export const boardFeedQuery = (boardId: string) =>
  queryOptions({
    queryKey: activityKeys.feed(boardId),
    queryFn: async ({ signal }) => {
      const query = { board_id: boardId, limit: FEED };
      return (await read(api.GET('/api/v1/activity', { signal, params: { query } }))).items;
    },
  });

/** One line of the history; null when the caller does not see it, or it is older than what is kept. */
export const activityEventQuery = (id: string) =>
  queryOptions({
    queryKey: activityKeys.detail(id),
    queryFn: async ({ signal }) => {
      const { items } = await read(api.GET('/api/v1/activity', { signal, params: { query: { id } } }));
      return items[0] ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY, // a line never changes
  });
