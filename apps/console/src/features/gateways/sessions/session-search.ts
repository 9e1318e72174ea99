import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

export interface SessionSearch {
  /** Key of the open session. */
  session?: string | undefined;
}

export const parseSessionSearch = (search: RawSearch): SessionSearch => compact({ session: parseText(search.session) });
