import { queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';
import type { DashboardMetrics } from '../../contract.ts';
import { dashboardKeys } from '../work-keys.ts';

export interface DashboardFilters {
  range_key: DashboardMetrics['range'];
  board_id?: string | undefined;
  group_id?: string | undefined;
}

/** How work goes over a range, beside the same length of time before it. */
export const dashboardQuery = (filters: DashboardFilters) =>
  queryOptions({
    queryKey: [...dashboardKeys.all, filters],
    queryFn: ({ signal }) => read(api.GET('/api/v1/metrics/dashboard', { signal, params: { query: filters } })),
  });
