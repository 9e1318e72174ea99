import type { PolicyFilters } from '#console/api/queries/policies/policies.ts';
import { compact, parseChoice, parseFlag, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const POLICY_MODES = ['enforce', 'monitor', 'dry_run', 'off'] as const;

export const parsePolicySearch = (search: RawSearch): PolicyFilters =>
  compact({
    q: parseText(search.q),
    mode: parseChoice(search.mode, POLICY_MODES),
    archived: parseFlag(search.archived),
  });
