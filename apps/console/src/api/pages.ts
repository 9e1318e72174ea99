import type { InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';

/** All loaded rows of a list by pages; the same array until the list changes. */
export function useItems<T>(data: InfiniteData<{ items: T[] }> | undefined): T[] {
  return useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
}

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
