import { queryOptions } from '@tanstack/react-query';
import { api } from '../client.ts';

/** The server's own state: whether it can do its work now, and which parts cannot. */
export interface Readiness {
  isReady: boolean;
  failing: string[];
}

const REFRESH_MS = 30_000;

/** `/readyz` answers 503 with the same shape when a part fails. */
export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: async ({ signal }): Promise<Readiness> => {
    const { data, error } = await api.GET('/readyz', { signal });
    const { ok, checks } = data ?? error ?? { ok: false, checks: {} };
    const failing = Object.entries(checks).flatMap(([name, isFine]) => (isFine ? [] : [name]));
    return { isReady: ok, failing };
  },
  refetchInterval: REFRESH_MS,
  retry: false,
});
