import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const RANGES = ['24h', '3d', '7d', '14d', '1m', '3m', '6m', '1y'] as const;

export interface DashboardSearch {
  /** 7 days when left out. */
  range?: (typeof RANGES)[number] | undefined;
  board?: string | undefined;
  group?: string | undefined;
}

export const parseDashboardSearch = (search: RawSearch): DashboardSearch =>
  compact({
    range: parseChoice(search.range, RANGES),
    board: parseText(search.board),
    group: parseText(search.group),
  });
