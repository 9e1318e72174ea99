import { problems, type Router } from '#server/platform/http/route.ts';
import {
  Breakdown,
  BreakdownQuery,
  Heatmap,
  HeatmapQuery,
  HistogramQuery,
  LatencyHistogram,
  Series,
  SeriesQuery,
} from './analytics.schema.ts';
import { readBreakdown, readHeatmap, readHistogram, readSeries } from './answers.ts';

const config = { access: 'telemetry:read' } as const;
const tags = ['telemetry'];

export function analyticsRoutes(router: Router): void {
  router.get(
    '/telemetry/series',
    {
      config,
      schema: {
        operationId: 'getSeries',
        tags,
        summary: 'Runs, calls, errors, tokens, cost or a percentile of durations over time, a line per group.',
        querystring: SeriesQuery,
        response: { 200: Series, ...problems(422) },
      },
    },
    ({ ctx, query }) => readSeries(ctx, query),
  );

  router.get(
    '/telemetry/histogram',
    {
      config,
      schema: {
        operationId: 'getLatencyHistogram',
        tags,
        summary: 'How durations are spread, with their percentiles: of runs, or calls by size of the prompt.',
        querystring: HistogramQuery,
        response: { 200: LatencyHistogram, ...problems(422) },
      },
    },
    ({ ctx, query }) => readHistogram(ctx, query),
  );

  router.get(
    '/telemetry/heatmap',
    {
      config,
      schema: {
        operationId: 'getHeatmap',
        tags,
        summary: 'Calls, errors or 95th percentiles of tools, by time or by agent.',
        querystring: HeatmapQuery,
        response: { 200: Heatmap, ...problems(422) },
      },
    },
    ({ ctx, query }) => readHeatmap(ctx, query),
  );

  router.get(
    '/telemetry/breakdown',
    {
      config,
      schema: {
        operationId: 'getBreakdown',
        tags,
        summary: 'Cost, tokens, errors and durations by agent, version, model, task, board, tool or type of error.',
        querystring: BreakdownQuery,
        response: { 200: Breakdown, ...problems(422) },
      },
    },
    ({ ctx, query }) => readBreakdown(ctx, query),
  );
}
