import type { paths } from '@mission-control/sdk/api';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, read } from '../../client.ts';

type Query<P extends `/api/v1/telemetry/${string}` & keyof paths> = paths[P] extends {
  get: { parameters: { query?: infer Q } };
}
  ? NonNullable<Q>
  : never;

const HOUR_MS = 3_600_000;
const REFRESH_MS = 60_000;

/** Whose figures, over how many hours up to now. */
export interface AnalyticsScope {
  hours: number;
  agent_id?: string | undefined;
  agent_type?: string | undefined;
  version_id?: string | undefined;
  board_id?: string | undefined;
}

type Own<Q> = Omit<Q, keyof AnalyticsScope | 'from' | 'to'>;
export type SeriesAsked = Own<Query<'/api/v1/telemetry/series'>>;
export type HistogramAsked = Own<Query<'/api/v1/telemetry/histogram'>>;
type HeatmapAsked = Own<Query<'/api/v1/telemetry/heatmap'>>;
export type BreakdownAsked = Own<Query<'/api/v1/telemetry/breakdown'>>;

const toQuery = ({ hours, ...scope }: AnalyticsScope) => ({
  ...scope,
  from: new Date(Date.now() - hours * HOUR_MS).toISOString(),
});

const shared = { staleTime: REFRESH_MS, refetchInterval: REFRESH_MS, placeholderData: keepPreviousData };

export const seriesQuery = (scope: AnalyticsScope, asked: SeriesAsked) =>
  queryOptions({
    queryKey: ['telemetry', 'series', scope, asked],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/telemetry/series', { signal, params: { query: { ...toQuery(scope), ...asked } } })),
    ...shared,
  });

export const histogramQuery = (scope: AnalyticsScope, asked: HistogramAsked) =>
  queryOptions({
    queryKey: ['telemetry', 'histogram', scope, asked],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/telemetry/histogram', { signal, params: { query: { ...toQuery(scope), ...asked } } })),
    ...shared,
  });

export const heatmapQuery = (scope: AnalyticsScope, asked: HeatmapAsked) =>
  queryOptions({
    queryKey: ['telemetry', 'heatmap', scope, asked],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/telemetry/heatmap', { signal, params: { query: { ...toQuery(scope), ...asked } } })),
    ...shared,
  });

export const breakdownQuery = (scope: AnalyticsScope, asked: BreakdownAsked) =>
  queryOptions({
    queryKey: ['telemetry', 'breakdown', scope, asked],
    queryFn: ({ signal }) =>
      read(api.GET('/api/v1/telemetry/breakdown', { signal, params: { query: { ...toQuery(scope), ...asked } } })),
    ...shared,
  });
