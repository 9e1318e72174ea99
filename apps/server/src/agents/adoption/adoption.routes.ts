import { z } from 'zod';
import { getGateway, notYetAvailable } from '#server/gateways/index.ts';
import { CursorQuery } from '#server/platform/http/page.schema.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { AdoptionPlan, AdoptionRequest, GatewayAgentPage } from './adoption.schema.ts';

const tags = ['gateways'];
const config = { access: 'organization:manage' };
const params = z.object({ gateway_id: z.uuid() });

/** What only a gateway knows: nothing is planned without looking at it. */
export function adoptionRoutes(router: Router): void {
  router.get(
    '/gateways/:gateway_id/agents',
    {
      config,
      schema: {
        operationId: 'listGatewayAgents',
        tags,
        summary: 'Agents found on a gateway.',
        params,
        querystring: CursorQuery,
        response: { 200: GatewayAgentPage, ...problems(404, 503) },
      },
    },
    async ({ ctx, params: { gateway_id } }) => {
      await getGateway(ctx, gateway_id);
      throw notYetAvailable();
    },
  );

  router.post(
    '/gateways/:gateway_id/adopt',
    {
      config,
      schema: {
        operationId: 'adoptGatewayAgent',
        tags,
        summary: 'Adopt an agent that stands on a gateway; a dry run answers the plan.',
        params,
        body: AdoptionRequest,
        response: { 200: z.union([AdoptionPlan, AgentRead]), ...problems(404, 503) },
      },
    },
    async ({ ctx, params: { gateway_id } }) => {
      await getGateway(ctx, gateway_id);
      throw notYetAvailable();
    },
  );
}
