import type { SkillQuery } from '#console/api/queries/organization/skills.ts';
import { compact, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const SIZES = [25, 50, 100, 200] as const;
type Size = (typeof SIZES)[number];
export const DEFAULT_SIZE: Size = 50;
/** Skills of which nobody said how risky they are. */
export const NO_RISK = 'uncategorized';

/** The marketplace as its address holds it. */
export interface SkillSearch {
  q?: string | undefined;
  category?: string | undefined;
  risk?: string | undefined;
  packId?: string | undefined;
  /** From 1, which is left out. */
  page?: number | undefined;
  size?: Size | undefined;
}

export const parseSkillSearch = (search: RawSearch): SkillSearch =>
  compact({
    q: parseText(search.q),
    category: parseText(search.category),
    risk: parseText(search.risk),
    packId: parseText(search.packId),
    page: typeof search.page === 'number' && search.page > 1 ? Math.floor(search.page) : undefined,
    size: SIZES.find((size) => size === search.size && size !== DEFAULT_SIZE),
  });

/** What is asked of the server. */
export const toSkillQuery = (search: SkillSearch, gateway_id: string): SkillQuery => {
  const { q, category, risk, packId, page = 1, size = DEFAULT_SIZE } = search;
  const filters = compact({ search: q, category, risk, pack_id: packId });
  return { gateway_id, ...filters, limit: size, offset: (page - 1) * size };
};
