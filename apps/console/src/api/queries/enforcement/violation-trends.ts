import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

export type TrendGroup = 'rule' | 'agent' | 'tool';

const HOUR_MS = 3_600_000;
const AT_ONCE = 100;

/** How many violations there were over so many hours, by rule, agent or tool, most first; at most a hundred. */
export const violationTrendsQuery = (group_by: TrendGroup, hours: number) =>
  queryOptions({
    queryKey: ['violations', 'trends', group_by, hours],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - hours * HOUR_MS).toISOString();
      const per = hours <= 24 ? ('hour' as const) : ('day' as const);
      return read(
        api.GET('/api/v1/violations/summary', {
          signal,
          params: { query: { group_by, from, per, limit: AT_ONCE } },
        }),
      );
    },
    staleTime: 30_000,
  });
