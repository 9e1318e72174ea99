import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { OffsetQuery, offsetPage } from '#server/platform/http/page.schema.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { AgentHealthStatusResponse } from '../check-ins/check-ins.schema.ts';
import { checkIn } from '../check-ins/check-ins.service.ts';
import { AgentCreate } from '../lifecycle/lifecycle.schema.ts';
import { AgentRead } from '../registry/agents.schema.ts';
import { getAgent } from '../registry/agents.service.ts';
import { CHECK_IN, CREATE, DELETE, HEALTH, LIST } from './agent-guide.ts';
import { createAgentAsLead, deleteAgentAsLead, listRoster } from './roster.service.ts';

const config = { access: 'agent-api' };

/** What an agent asks about itself. */
export function selfRoutes(router: Router): void {
  router.get(
    '/agent/healthz',
    {
      config,
      schema: {
        ...agentOperation(HEALTH),
        operationId: 'agent_healthz',
        summary: 'Whether the token works, and whose it is.',
        response: { 200: AgentHealthStatusResponse, ...problems(401) },
      },
    },
    async ({ ctx }) => {
      const { id, board_id, gateway_id, status, is_board_lead } = await getAgent(ctx, ctx.actor.id);
      return { ok: true, agent_id: id, board_id, gateway_id, status, is_board_lead };
    },
  );

  router.post(
    '/agent/heartbeat',
    {
      config,
      schema: {
        ...agentOperation(CHECK_IN),
        operationId: 'agent_heartbeat',
        summary: 'Check in. Takes no body.',
        response: { 200: AgentRead, ...problems(401) },
      },
    },
    ({ ctx }) => checkIn(ctx, ctx.actor.id, null),
  );
}

/** Which agents there are, and those that a lead makes and deletes. */
export function rosterRoutes(router: Router): void {
  router.get(
    '/agent/agents',
    {
      config,
      schema: {
        ...agentOperation(LIST),
        operationId: 'agent_list_agents',
        summary: 'Agents in your scope, newest first.',
        querystring: OffsetQuery.extend({ board_id: z.uuid().optional() }),
        response: { 200: offsetPage(AgentRead), ...problems(403, 404) },
      },
    },
    async ({ ctx, query }) => ({ ...(await listRoster(ctx, query)), limit: query.limit, offset: query.offset }),
  );

  router.post(
    '/agent/agents',
    {
      config,
      schema: {
        ...agentOperation(CREATE),
        operationId: 'agent_lead_create_agent',
        summary: 'Make a worker on your board.',
        body: AgentCreate,
        response: { 200: AgentRead, ...problems(403, 409, 422) },
      },
    },
    ({ ctx, body }) => createAgentAsLead(ctx, body),
  );

  router.delete(
    '/agent/boards/:board_id/agents/:agent_id',
    {
      config: { access: 'agent-api:lead' },
      schema: {
        ...agentOperation(DELETE),
        operationId: 'agent_lead_delete_board_agent',
        summary: 'Delete a worker of your board.',
        params: z.object({ board_id: z.uuid(), agent_id: z.uuid() }),
        response: { 200: OkResponse, ...problems(403, 404) },
      },
    },
    async ({ ctx, params: { board_id, agent_id } }) => {
      await deleteAgentAsLead(ctx, board_id, agent_id);
      return OK;
    },
  );
}
