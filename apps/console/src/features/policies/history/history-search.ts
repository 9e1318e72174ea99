import { compact, type RawSearch } from '#console/lib/search-params.ts';

/** The two versions that are compared. */
interface HistorySearch {
  from?: number | undefined;
  to?: number | undefined;
}

const parseVersion = (value: unknown): number | undefined => {
  const version = Number(value);
  return Number.isInteger(version) && version > 0 ? version : undefined;
};

export const parseHistorySearch = (search: RawSearch): HistorySearch =>
  compact({ from: parseVersion(search.from), to: parseVersion(search.to) });
