import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Anomaly, AnomalyUpdate } from '../../contract.ts';
import { anomalyKeys } from '../govern-keys.ts';

export interface AnomalyFilters {
  state?: 'active' | 'closed' | undefined;
  severity?: Anomaly['severity'] | undefined;
  agent_id?: string | undefined;
}

const PAGE = 100;
const toPath = (id: string) => ({ params: { path: { id } } });

/** What agents do that is unusual, by pages. */
export const anomaliesQuery = (filters: AnomalyFilters) =>
  infiniteQueryOptions({
    queryKey: [...anomalyKeys.lists, filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filters, limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/anomalies', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** Its chart moves on, also when nothing happens. */
const LOOK_MS = 30_000;

/** One anomaly with what was measured around it. */
export const anomalyQuery = (id: string) =>
  queryOptions({
    queryKey: anomalyKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/anomalies/{id}', { signal, ...toPath(id) })),
    refetchInterval: LOOK_MS,
  });

/** Acknowledges, closes, mutes it, or says what it was worth. */
export const updateAnomaly = (id: string, change: AnomalyUpdate): Promise<Anomaly> =>
  read(api.PATCH('/api/v1/anomalies/{id}', { ...toPath(id), body: change }));
