import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

const REFRESH_MS = 10_000;

/** The fleet's figures over the last hour. They are sums over time, so they are asked for again, not streamed. */
export const overviewQuery = queryOptions({
  queryKey: ['telemetry', 'overview'],
  queryFn: ({ signal }) => read(api.GET('/api/v1/telemetry/overview', { signal })),
  refetchInterval: REFRESH_MS,
});
