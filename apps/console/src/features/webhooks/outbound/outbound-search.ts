import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

export interface OutboundSearch {
  /** The webhook whose detail is open. */
  id?: string | undefined;
}

export const parseOutboundSearch = (search: RawSearch): OutboundSearch => compact({ id: parseText(search.id) });
