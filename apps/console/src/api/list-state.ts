import { toFailure } from './problem.ts';

interface ListQuery {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  data: unknown;
  refetch: () => unknown;
}

/** How a list fares. One that is there stays on screen, also when it could not be asked for again. */
export const toListState = ({ isPending, isError, error, data, refetch }: ListQuery) => ({
  isPending,
  failure: isError && data === undefined ? toFailure(error) : undefined,
  onRetry: () => void refetch(),
});
