import { z } from 'zod';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { getGateway } from '../registry/gateways.service.ts';
import { BASE_PROTOCOL, EVENTS, METHODS } from './commands.ts';
import {
  GatewayCommandsResponse,
  GatewaySessionHistoryResponse,
  GatewaySessionLive,
  GatewaySessionMessageRequest,
  GatewaySessionResponse,
  GatewaySessionsResponse,
  GatewayStatusQuery,
  GatewaysStatusResponse,
  OfGateway,
} from './sessions.schema.ts';
import { getHistory, getLive, getSession, getStatus, listSessions, sendToSession } from './sessions.service.ts';

const tags = ['gateways'];
const config = { access: 'organization:manage' };
const params = z.object({ session_id: z.string().min(1).max(500) });

export function statusRoutes(router: Router): void {
  router.get(
    '/gateways/status',
    {
      config,
      schema: {
        operationId: 'getGatewayStatus',
        tags,
        summary: 'Whether a gateway is reached now. That it is not is an answer.',
        querystring: GatewayStatusQuery,
        response: { 200: GatewaysStatusResponse, ...problems(403, 404, 422) },
      },
    },
    async ({ ctx, query }, reply) => {
      if (query.gateway_token !== undefined) reply.header('deprecation', 'true');
      return getStatus(ctx, query);
    },
  );

  router.get(
    '/gateways/commands',
    {
      config,
      schema: {
        operationId: 'listGatewayCommands',
        tags,
        summary: 'Methods and events of gateways.',
        querystring: z.object({ gateway_id: z.uuid().optional() }),
        response: { 200: GatewayCommandsResponse, ...problems(404) },
      },
    },
    async ({ ctx, query: { gateway_id } }) => ({
      protocol_version: BASE_PROTOCOL,
      methods: [...METHODS],
      events: [...EVENTS],
      negotiated_protocol: gateway_id === undefined ? null : (await getGateway(ctx, gateway_id)).protocol,
    }),
  );
}

export function sessionsRoutes(router: Router): void {
  const response = problems(403, 404, 422, 502);
  router.get(
    '/gateways/sessions',
    {
      config,
      schema: {
        operationId: 'listGatewaySessions',
        tags,
        summary: 'Sessions of our agents on the gateway of a board.',
        querystring: OfGateway,
        response: { 200: GatewaySessionsResponse, ...response },
      },
    },
    ({ ctx, query }) => listSessions(ctx, query),
  );

  router.get(
    '/gateways/sessions/:session_id',
    {
      config,
      schema: {
        operationId: 'getGatewaySession',
        tags,
        summary: 'One session.',
        params,
        querystring: OfGateway,
        response: { 200: GatewaySessionResponse, ...response },
      },
    },
    async ({ ctx, params: { session_id }, query }) => ({
      session: await getSession(ctx, query, session_id),
    }),
  );
}

export function sessionRoutes(router: Router): void {
  const response = problems(403, 404, 422, 502);
  router.get(
    '/gateways/sessions/:session_id/history',
    {
      config: { access: 'sessions:read' },
      schema: {
        operationId: 'getGatewaySessionHistory',
        tags,
        summary: 'The messages of a session, for admins and readers of its agent’s board.',
        params,
        querystring: OfGateway,
        response: { 200: GatewaySessionHistoryResponse, ...response },
      },
    },
    async ({ ctx, params: { session_id }, query }) => ({
      history: await getHistory(ctx, query, session_id),
    }),
  );

  router.get(
    '/gateways/sessions/:session_id/live',
    {
      config: { access: 'sessions:read' },
      schema: {
        operationId: 'getGatewaySessionLive',
        tags,
        summary: 'What is being written in a session now, for admins and readers of its agent’s board.',
        params,
        querystring: OfGateway,
        response: { 200: GatewaySessionLive, ...response },
      },
    },
    ({ ctx, params: { session_id }, query }) => getLive(ctx, query, session_id),
  );

  router.post(
    '/gateways/sessions/:session_id/message',
    {
      config: { access: 'sessions:write' },
      schema: {
        operationId: 'sendGatewaySessionMessage',
        tags,
        summary: 'Write into a session, for whoever may write on its agent’s board.',
        params,
        querystring: OfGateway,
        body: GatewaySessionMessageRequest,
        response: { 200: OkResponse, ...response },
      },
    },
    async ({ ctx, params: { session_id }, query, body: { content } }) => {
      await sendToSession(ctx, query, session_id, content);
      return OK;
    },
  );
}
