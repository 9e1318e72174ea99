import { z } from 'zod';
import { offsetPage } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { Agent, AgentDetail, AgentQuery, AgentUpdate } from './agents.schema.ts';
import { getAgentDetail, updateAgent } from './agents.service.ts';
import { listAgents } from './agents.store.ts';

const tags = ['agents'];
const params = z.object({ id: z.uuid() });

export function agentsRoutes(router: Router): void {
  router.get(
    '/agents',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'listAgents',
        tags,
        summary: 'The registry, newest first.',
        querystring: AgentQuery,
        response: { 200: offsetPage(Agent) },
      },
    },
    async ({ ctx, query }) => ({ ...(await listAgents(ctx, query)), limit: query.limit, offset: query.offset }),
  );

  router.get(
    '/agents/:id',
    {
      config: { access: 'agents:read' },
      schema: {
        operationId: 'getAgent',
        tags,
        summary: 'One agent with its active version, holds and processes.',
        params,
        response: { 200: AgentDetail, ...problems(404) },
      },
    },
    ({ ctx, params: { id } }) => getAgentDetail(ctx, id),
  );

  router.patch(
    '/agents/:id',
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'updateAgent',
        tags,
        summary: 'Change name, labels, enforcement, fail mode.',
        params,
        body: AgentUpdate,
        response: { 200: Agent, ...problems(404) },
      },
    },
    ({ ctx, params: { id }, body }) => updateAgent(ctx, id, body),
  );
}
