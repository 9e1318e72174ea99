import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { requestRotation } from './rotation.service.ts';

export function rotationRoutes(router: Router): void {
  router.post(
    '/agents/:agent_id/token/rotate',
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'rotateAgentToken',
        tags: ['agents'],
        summary: 'Give an agent a new token; the old one works until the new one is in place. No token is shown.',
        params: z.object({ agent_id: z.uuid() }),
        response: { 200: AgentRead, ...problems(403, 404, 422) },
      },
    },
    ({ ctx, params: { agent_id } }) => requestRotation(ctx, agent_id),
  );
}
