import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

export interface TargetSearch {
  /** The target whose detail is open. */
  id?: string | undefined;
}

export const parseTargetSearch = (search: RawSearch): TargetSearch => compact({ id: parseText(search.id) });
