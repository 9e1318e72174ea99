import { z } from 'zod';
import { cursorPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { parseCursor, toPage } from '#server/platform/postgres/page.ts';
import { Anomaly, AnomalyDetail, AnomalyQuery, AnomalyUpdate } from './anomalies.schema.ts';
import { getAnomaly, updateAnomaly } from './anomalies.service.ts';
import { listAnomalies } from './anomalies.store.ts';

const tags = ['anomalies'];
const params = z.object({ id: z.uuid() });

export function anomaliesRoutes(router: Router): void {
  router.get(
    '/anomalies',
    {
      config: { access: 'anomalies:read' },
      schema: {
        operationId: 'listAnomalies',
        tags,
        summary: 'What agents do that is unusual, newest first.',
        querystring: AnomalyQuery,
        response: { 200: cursorPage(Anomaly) },
      },
    },
    async ({ ctx, query }) => {
      const after = parseCursor(query.cursor, [z.iso.datetime(), z.uuid()]);
      return toPage(await listAnomalies(ctx, query, after), query.limit, ({ opened_at, id }) => [opened_at, id]);
    },
  );

  router.get(
    '/anomalies/:id',
    {
      config: { access: 'anomalies:read' },
      schema: {
        operationId: 'getAnomaly',
        tags,
        summary: 'An anomaly with what was measured around it.',
        params,
        response: { 200: AnomalyDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getAnomaly(ctx, id),
  );

  router.patch(
    '/anomalies/:id',
    {
      config: { access: 'anomalies:write' },
      schema: {
        operationId: 'updateAnomaly',
        tags,
        summary: 'Acknowledge or close an anomaly, say what it was worth, or keep its detector quiet for a while.',
        params,
        body: AnomalyUpdate,
        response: { 200: Anomaly, ...problems(404, 409) },
      },
    },
    ({ ctx, params: { id }, body }) => updateAnomaly(ctx, id, body),
  );
}
