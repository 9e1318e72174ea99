import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { AdoptionPlan, AdoptionRequest, GatewayAgentPage, ManageRequest } from './adoption.schema.ts';
import { adoptAgent, listFound, manageAgent } from './adoption.service.ts';

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
        summary: 'Agents found on a gateway; all of them on one page.',
        params,
        response: { 200: GatewayAgentPage, ...problems(404, 502) },
      },
    },
    async ({ ctx, params: { gateway_id } }) => ({ items: await listFound(ctx, gateway_id), next_cursor: null }),
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
        response: { 200: z.union([AdoptionPlan, AgentRead]), ...problems(403, 404, 409, 422, 502) },
      },
    },
    ({ ctx, params: { gateway_id }, body }) => adoptAgent(ctx, gateway_id, body),
  );

  router.post(
    '/agents/:agent_id/manage',
    {
      config: { access: 'agents:write' },
      schema: {
        operationId: 'manageAgent',
        tags: ['agents'],
        summary: 'Give an adopted agent a credential and its instructions; a dry run answers the plan.',
        params: z.object({ agent_id: z.uuid() }),
        body: ManageRequest,
        response: { 200: z.union([AdoptionPlan, AgentRead]), ...problems(403, 404, 422, 502) },
      },
    },
    ({ ctx, params: { agent_id }, body: { dry_run } }) => manageAgent(ctx, agent_id, dry_run),
  );
}
