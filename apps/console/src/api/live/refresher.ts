import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';

/** Between two requests for the same thing, so that a busy stream does not become a busy server. */
const REST_MS = 200;

/** The cache, and how to ask the server again for a part of it. */
export interface Live {
  queryClient: QueryClient;
  refresh: ReturnType<typeof createRefresher>;
}

/**
 * Asks again for what is on screen: the first call at once, calls during a request or the rest after it as one. Queries that
 * nobody watches are only marked stale.
 */
export function createRefresher(queryClient: QueryClient): (queryKey: QueryKey) => void {
  const busy = new Map<string, { isDirty: boolean }>();

  async function refresh(queryKey: QueryKey): Promise<void> {
    const queries = queryClient.getQueryCache().findAll({ queryKey });
    if (queries.length === 0) return;
    const hash = hashKey(queryKey);
    const running = busy.get(hash);
    if (running) {
      running.isDirty = true;
      return;
    }
    // A first answer that is on its way cannot be called back, and may be older than what made us ask.
    const turn = {
      isDirty: queries.some(({ state }) => state.status === 'pending' && state.fetchStatus === 'fetching'),
    };
    busy.set(hash, turn);
    await queryClient.invalidateQueries({ queryKey });
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    busy.delete(hash);
    if (turn.isDirty) await refresh(queryKey);
  }

  return (queryKey) => void refresh(queryKey);
}
