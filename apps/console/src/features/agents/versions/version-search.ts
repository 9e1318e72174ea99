import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

/** The two versions that are compared, by id. */
export interface VersionSearch {
  from?: string | undefined;
  to?: string | undefined;
}

export const parseVersionSearch = (search: RawSearch): VersionSearch =>
  compact({ from: parseText(search.from), to: parseText(search.to) });
