import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentDetail, AgentQuery, AgentRead } from './agents.schema.ts';
import { getVisibleAgent, listVisibleAgents, toAgentDetail } from './agents.service.ts';

const tags = ['agents'];

export function agentsRoutes(router: Router): void {
  router.get(
    '/agents',
    {
      config: { access: 'agents:list' },
      schema: {
        operationId: 'listAgents',
        tags,
        summary: 'The registry, newest first.',
        querystring: AgentQuery,
        response: { 200: offsetPage(AgentRead), ...problems(403, 404) },
      },
    },
    async ({ ctx, query }) => ({
      ...(await listVisibleAgents(ctx, query)),
      limit: query.limit,
      offset: query.offset,
    }),
  );

  router.get(
    '/agents/:agent_id',
    {
      config: { access: 'agents:list' },
      schema: {
        operationId: 'getAgent',
        tags,
        summary: 'One agent with its active version, holds and processes.',
        params: z.object({ agent_id: z.uuid() }),
        response: { 200: AgentDetail, ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { agent_id } }) => toAgentDetail(ctx, await getVisibleAgent(ctx, agent_id)),
  );
}
