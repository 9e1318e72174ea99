import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, hasStatus } from './problem.ts';

const MAX_RETRIES = 2;

const isWorthRetrying = (error: unknown) =>
  !(error instanceof ApiProblem) || error.status === 0 || error.status === 429 || error.status >= 500;

/** The cache of what the server said. `onSignedOut` is told when the session has ended. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (hasStatus(error, 401)) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < MAX_RETRIES && isWorthRetrying(error),
        refetchOnWindowFocus: false, // the stream keeps the cache fresh
      },
    },
  });
}
