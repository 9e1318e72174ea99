import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import { byOffset } from '../../pages.ts';
import { activityKeys } from '../work-keys.ts';

export interface ActivityFilters {
  board_id?: string | undefined;
  event_type?: string | undefined;
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
