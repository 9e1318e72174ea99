import type { Context } from '#server/platform/context.ts';
import type { Router } from '#server/platform/http/route.ts';
import { Overview, OverviewQuery } from './metrics.schema.ts';
import { countActiveRuns, countHealth, countViolations, listCosts, listMetricRows } from './metrics.store.ts';
import { toOverview, toWindow } from './overview.rules.ts';

export function metricsRoutes(router: Router): void {
  router.get(
    '/telemetry/overview',
    {
      config: { access: 'telemetry:read' },
      schema: {
        operationId: 'getOverview',
        tags: ['telemetry'],
        summary: 'The figures of the Overview: the fleet now and over a window, and each agent’s share.',
        querystring: OverviewQuery,
        response: { 200: Overview },
      },
    },
    ({ ctx, query }) => readOverview(ctx, query.window_s),
  );
}

async function readOverview(ctx: Context, windowS: number): Promise<Overview> {
  const at = ctx.now();
  const { from, stepS } = toWindow(at, windowS);
  const today = new Date(`${at.toISOString().slice(0, 10)}T00:00:00Z`);
  const [rows, costs, active, violations, health] = await Promise.all([
    listMetricRows(ctx, from, stepS),
    listCosts(ctx, today),
    countActiveRuns(ctx),
    countViolations(ctx, from),
    countHealth(ctx),
  ]);
  return toOverview({ at, windowS, rows, costs, active, violations, health });
}
