import type { AnomalyFilters } from '#console/api/queries/enforcement/anomalies.ts';
import { compact, parseChoice, parseText, type RawSearch } from '#console/lib/search-params.ts';

export const ANOMALY_STATES = ['active', 'closed'] as const;
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;

/** The filters, and the anomaly whose detail is open. */
export interface AnomalySearch extends AnomalyFilters {
  id?: string | undefined;
}

export const parseAnomalySearch = (search: RawSearch): AnomalySearch =>
  compact({
    state: parseChoice(search.state, ANOMALY_STATES),
    severity: parseChoice(search.severity, SEVERITIES),
    agent_id: parseText(search.agent_id),
    id: parseText(search.id),
  });
