import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

export interface BoardsSearch {
  /** Part of the name. */
  q?: string | undefined;
}

export const parseBoardsSearch = (search: RawSearch): BoardsSearch => compact({ q: parseText(search.q) });
