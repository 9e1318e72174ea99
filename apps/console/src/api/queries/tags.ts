import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../client.ts';

export const tagKeys = { all: ['tags'] as const };

/** The organization's tags, by name. At most 200. */
export const tagsQuery = queryOptions({
  queryKey: tagKeys.all,
  queryFn: ({ signal }) => read(api.GET('/api/v1/tags', { signal, params: { query: { limit: 200 } } })),
});
