import { z } from 'zod';
import { agentOperation } from '#server/platform/http/agent-operation.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { broadcastToLeads } from '../broadcasts/broadcasts.service.ts';
import { ASK_USER_GUIDE, BROADCAST_GUIDE, LEAD_MESSAGE_GUIDE, NUDGE_GUIDE } from './agent-guide.ts';
import {
  AgentNudge,
  GatewayLeadBroadcastRequest,
  GatewayLeadBroadcastResponse,
  GatewayLeadMessageRequest,
  GatewayLeadMessageResponse,
  GatewayMainAskUserRequest,
  GatewayMainAskUserResponse,
} from './coordination.schema.ts';
import { askUser, messageLead, nudgeAgent } from './coordination.service.ts';

const params = z.object({ board_id: z.uuid() });

/** What a lead sends to its workers and, through the main agent, to people. */
export function leadRoutes(router: Router): void {
  const config = { access: 'agent-api:lead' };
  router.post(
    '/agent/boards/:board_id/agents/:agent_id/nudge',
    {
      config,
      schema: {
        ...agentOperation(NUDGE_GUIDE),
        operationId: 'agent_lead_nudge_agent',
        summary: 'Let an agent of your board run at once on a message.',
        params: params.extend({ agent_id: z.uuid() }),
        body: AgentNudge,
        response: { 200: OkResponse, ...problems(403, 404, 422, 502) },
      },
    },
    async ({ ctx, params: { board_id, agent_id }, body: { message } }) => {
      await nudgeAgent(ctx, board_id, agent_id, message);
      return OK;
    },
  );

  router.post(
    '/agent/boards/:board_id/gateway/main/ask-user',
    {
      config,
      schema: {
        ...agentOperation(ASK_USER_GUIDE),
        operationId: 'agent_lead_ask_user_via_gateway_main',
        summary: 'Have the main agent of the gateway ask the user.',
        params,
        body: GatewayMainAskUserRequest,
        response: { 200: GatewayMainAskUserResponse, ...problems(403, 404, 422, 502) },
      },
    },
    ({ ctx, params: { board_id }, body }) => askUser(ctx, board_id, body),
  );
}

/** What the main agent of a gateway sends to the leads of its boards. */
export function mainRoutes(router: Router): void {
  const config = { access: 'agent-api:main' };
  router.post(
    '/agent/gateway/boards/:board_id/lead/message',
    {
      config,
      schema: {
        ...agentOperation(LEAD_MESSAGE_GUIDE),
        operationId: 'agent_main_message_board_lead',
        summary: 'Write to the lead of a board of your gateway.',
        params,
        body: GatewayLeadMessageRequest,
        response: { 200: GatewayLeadMessageResponse, ...problems(403, 404, 502) },
      },
    },
    ({ ctx, params: { board_id }, body }) => messageLead(ctx, board_id, body),
  );

  router.post(
    '/agent/gateway/leads/broadcast',
    {
      config,
      schema: {
        ...agentOperation(BROADCAST_GUIDE),
        operationId: 'agent_main_broadcast_lead_message',
        summary: 'Write to the leads of several boards of your gateway, or of all.',
        body: GatewayLeadBroadcastRequest,
        response: { 200: GatewayLeadBroadcastResponse, ...problems(403) },
      },
    },
    ({ ctx, body }) => broadcastToLeads(ctx, body),
  );
}
