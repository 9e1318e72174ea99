import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { getVisibleAgent } from '../../registry/agents.service.ts';
import { HeartbeatInterval } from '../interval.ts';
import { HeartbeatEstimate } from './estimates.schema.ts';
import { estimateHeartbeats } from './estimates.service.ts';

export function estimatesRoutes(router: Router): void {
  router.get(
    '/agents/:agent_id/heartbeat/estimate',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'estimateAgentHeartbeat',
        tags: ['agents'],
        summary: 'What scheduled turns of an agent would cost, and whose on its gateway they would stop.',
        params: z.object({ agent_id: z.uuid() }),
        querystring: z.object({ every: HeartbeatInterval }),
        response: { 200: HeartbeatEstimate, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, params: { agent_id }, query: { every } }) =>
      estimateHeartbeats(ctx, [(await getVisibleAgent(ctx, agent_id)).id], every),
  );
}
