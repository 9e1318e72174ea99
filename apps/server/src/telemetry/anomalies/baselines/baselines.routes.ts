import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { BaselineState } from './baselines.schema.ts';
import { getBaseline, resetBaseline } from './baselines.service.ts';

const tags = ['anomalies'];
const params = z.object({ agent_id: z.uuid() });

export function baselinesRoutes(router: Router): void {
  router.get(
    '/anomalies/baselines/:agent_id',
    {
      config: { access: 'anomalies:read' },
      schema: {
        operationId: 'getBaseline',
        tags,
        summary: 'What is known of the usual behaviour of an agent.',
        params,
        response: { 200: BaselineState, ...problems(404) },
      },
    },
    ({ ctx, params: { agent_id } }) => getBaseline(ctx, agent_id),
  );

  router.post(
    '/anomalies/baselines/:agent_id/reset',
    {
      config: { access: 'anomalies:write' },
      schema: {
        operationId: 'resetBaseline',
        tags,
        summary: 'Forget what was usual for an agent; it is learned anew.',
        params,
        response: { 200: BaselineState, ...problems(404) },
      },
    },
    ({ ctx, params: { agent_id } }) => resetBaseline(ctx, agent_id),
  );
}
