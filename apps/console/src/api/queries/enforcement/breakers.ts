import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { Breaker } from '../../contract.ts';
import { breakerKeys } from '../govern-keys.ts';

export interface BreakerFilters {
  state?: Breaker['state'] | undefined;
  agent_id?: string | undefined;
  policy?: string | undefined;
}

export const BREAKER_ACTIONS = ['open', 'close', 'release'] as const;
export type BreakerAction = (typeof BREAKER_ACTIONS)[number];

const PAGE = 100;
const toPath = (id: string) => ({ params: { path: { id } } });

/** Circuit breakers, by pages. */
export const breakersQuery = (filters: BreakerFilters) =>
  infiniteQueryOptions({
    queryKey: [...breakerKeys.lists, filters],
    queryFn: ({ signal, pageParam }) => {
      const query = { ...filters, limit: PAGE, cursor: pageParam || undefined };
      return read(api.GET('/api/v1/breakers', { signal, params: { query } }));
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

/** Its window moves on, also when nothing happens. */
const LOOK_MS = 10_000;

/** One breaker with the calls of its window and the runs that try whether it may close. */
export const breakerQuery = (id: string) =>
  queryOptions({
    queryKey: breakerKeys.detail(id),
    queryFn: ({ signal }) => read(api.GET('/api/v1/breakers/{id}', { signal, ...toPath(id) })),
    refetchInterval: LOOK_MS,
  });

/** Opens or closes it by hand, which holds it so, or lets it decide by itself again. */
export function moveBreaker(id: string, action: BreakerAction, reason: string): Promise<Breaker> {
  const request = { ...toPath(id), body: { reason } };
  switch (action) {
    case 'open':
      return read(api.POST('/api/v1/breakers/{id}/open', request));
    case 'close':
      return read(api.POST('/api/v1/breakers/{id}/close', request));
    case 'release':
      return read(api.POST('/api/v1/breakers/{id}/release', request));
  }
}
