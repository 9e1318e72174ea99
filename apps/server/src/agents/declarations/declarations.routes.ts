import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentDrift } from './declarations.schema.ts';
import { findDeclarationDrift } from './declarations.service.ts';

export function declarationsRoutes(router: Router): void {
  router.get(
    '/agents/:agent_id/drift',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'getAgentDrift',
        tags: ['versions'],
        summary: 'Where what an agent declares and what it does differ, and a new version that declares what it does.',
        params: z.object({ agent_id: z.uuid() }),
        response: { 200: AgentDrift, ...problems(404) },
      },
    },
    ({ ctx, params: { agent_id } }) => findDeclarationDrift(ctx, agent_id),
  );
}
