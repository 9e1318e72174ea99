import type { InfiniteData } from '@tanstack/react-query';
import { useMemo } from 'react';

/** All loaded rows of a list by pages; the same array until the list changes. */
export function useItems<T>(data: InfiniteData<{ items: T[] }> | undefined): T[] {
  return useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
}
