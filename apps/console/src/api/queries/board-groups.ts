import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../client.ts';
import { groupKeys } from './work-keys.ts';

const LIMIT = 200;

/** The groups that the caller reads, by name. At most 200. */
export const boardGroupsQuery = queryOptions({
  queryKey: groupKeys.lists,
  queryFn: ({ signal }) => read(api.GET('/api/v1/board-groups', { signal, params: { query: { limit: LIMIT } } })),
});
