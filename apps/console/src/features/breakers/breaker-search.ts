import type { BreakerFilters } from '#console/api/queries/enforcement/breakers.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const BREAKER_STATES = ['open', 'half_open', 'closed'] as const;

/** The filters, and the breaker whose detail is open. */
export interface BreakerSearch extends BreakerFilters {
  id?: string | undefined;
}

export const parseBreakerSearch = (search: RawSearch): BreakerSearch =>
  compact({
    state: parseChoice(search.state, BREAKER_STATES),
    agent_id: parseText(search.agent_id),
    policy: parseText(search.policy),
    id: parseText(search.id),
  });
