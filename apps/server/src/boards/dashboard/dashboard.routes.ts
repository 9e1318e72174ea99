import { problems, type Router } from '#server/platform/http/route.ts';
import { createAnswers } from './answers.ts';
import { DashboardMetrics, DashboardQuery } from './dashboard.schema.ts';
import { getDashboard } from './dashboard.service.ts';

export function dashboardRoutes(router: Router): void {
  const answers = createAnswers<DashboardMetrics>();
  router.get(
    '/metrics/dashboard',
    {
      config: { access: 'organization:read' },
      schema: {
        operationId: 'getDashboard',
        tags: ['metrics'],
        summary: 'How work goes on the readable boards: figures, series against the time before, pending approvals.',
        querystring: DashboardQuery,
        response: { 200: DashboardMetrics, ...problems(403, 404) },
      },
    },
    ({ ctx, query }) => getDashboard(ctx, query, answers),
  );
}
