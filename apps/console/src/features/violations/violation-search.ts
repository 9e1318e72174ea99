import type { ViolationFilters } from '#console/api/queries/fleet/violations.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const VIOLATION_STATES = ['open', 'acknowledged', 'resolved', 'false_positive'] as const;
export const TREND_GROUPS = ['rule', 'agent', 'tool'] as const;
export const ENFORCEMENTS = ['blocked', 'would_have', 'none'] as const;

/** The filters, and the violation whose detail is open. */
export interface ViolationSearch extends ViolationFilters {
  id?: string | undefined;
  /** Instead of the list, how many there were over time, by this. */
  by?: (typeof TREND_GROUPS)[number] | undefined;
}

export const parseViolationSearch = (search: RawSearch): ViolationSearch =>
  compact({
    state: parseChoice(search.state, VIOLATION_STATES),
    enforcement: parseChoice(search.enforcement, ENFORCEMENTS),
    agent_id: parseText(search.agent_id),
    run_id: parseText(search.run_id),
    rule: parseText(search.rule),
    code: parseText(search.code),
    tool: parseText(search.tool),
    by: parseChoice(search.by, TREND_GROUPS),
    id: parseText(search.id),
  });
