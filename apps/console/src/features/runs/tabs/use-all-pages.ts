import { useEffect } from 'react';

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Loads page after page until the last: for views that need the whole in order. */
export function useAllPages({ hasNextPage, isFetchingNextPage, fetchNextPage }: Paged): void {
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
}
