import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

export interface PayloadSearch {
  /** From 2 on; the first page leaves the address short. */
  page?: number | undefined;
  /** The call whose detail is open. */
  id?: string | undefined;
}

export function parsePayloadSearch(search: RawSearch): PayloadSearch {
  const page = Number(search.page);
  return compact({ page: Number.isInteger(page) && page > 1 ? page : undefined, id: parseText(search.id) });
}
