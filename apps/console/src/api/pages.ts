import type { InfiniteData } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';

/** All loaded rows of a list by pages; the same array until the list changes. */
export function useItems<T>(data: InfiniteData<{ items: T[] }> | undefined): T[] {
  return useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
}

interface Pages {
  hasNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Asks for the next page of a list, as long as there is one; the same function until that changes. */
export const useNextPage = ({ hasNextPage, fetchNextPage }: Pages): (() => void) =>
  useCallback(() => void (hasNextPage && fetchNextPage()), [hasNextPage, fetchNextPage]);

/** A page of the work half's lists. */
export interface OffsetPage<T> {
  items: T[];
  total: number;
  limit: number;
  offset: number;
}

/** How an infinite query walks `{items, total, limit, offset}`. */
export const byOffset = {
  initialPageParam: 0,
  getNextPageParam: ({ offset, items, total }: OffsetPage<unknown>) =>
    items.length > 0 && offset + items.length < total ? offset + items.length : undefined,
};
