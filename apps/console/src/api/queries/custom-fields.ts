import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../client.ts';

export const customFieldKeys = { all: ['custom-fields'] as const };

/** The organization's custom fields, by label. */
export const customFieldsQuery = queryOptions({
  queryKey: customFieldKeys.all,
  queryFn: ({ signal }) => read(api.GET('/api/v1/organizations/me/custom-fields', { signal })),
});
