import { z } from 'zod';
import { OffsetQuery, offsetPage } from '#server/platform/http/page.schema.ts';
import { expectedVersion } from '#server/platform/http/request/version.ts';
import { OK, OkResponse, problems, type Router } from '#server/platform/http/route.ts';
import { GatewayCreate, GatewayRead, GatewayUpdate } from './gateways.schema.ts';
import { createGateway, deleteGateway, getGateway, updateGateway } from './gateways.service.ts';
import { listGateways } from './gateways.store.ts';

const tags = ['gateways'];
const config = { access: 'organization:manage' };
const params = z.object({ gateway_id: z.uuid() });

export function gatewaysRoutes(router: Router): void {
  router.get(
    '/gateways',
    {
      config,
      schema: {
        operationId: 'listGateways',
        tags,
        summary: 'The gateways of the organization, newest first.',
        querystring: OffsetQuery,
        response: { 200: offsetPage(GatewayRead) },
      },
    },
    ({ ctx, query }) => listGateways(ctx, query),
  );

  router.post(
    '/gateways',
    {
      config,
      schema: {
        operationId: 'createGateway',
        tags,
        summary: 'Add a gateway, after a check of the connection.',
        body: GatewayCreate,
        response: { 200: GatewayRead, ...problems(409, 422, 502) },
      },
    },
    ({ ctx, body }) => createGateway(ctx, body),
  );

  router.get(
    '/gateways/:gateway_id',
    {
      config,
      schema: {
        operationId: 'getGateway',
        tags,
        summary: 'One gateway.',
        params,
        response: { 200: GatewayRead, ...problems(404) },
      },
    },
    ({ ctx, params: { gateway_id } }) => getGateway(ctx, gateway_id),
  );
}

export function gatewayRoutes(router: Router): void {
  router.patch(
    '/gateways/:gateway_id',
    {
      config,
      schema: {
        operationId: 'updateGateway',
        tags,
        summary: 'Change a gateway. A token is written and never read.',
        params,
        body: GatewayUpdate,
        response: { 200: GatewayRead, ...problems(404, 409, 422, 502) },
      },
    },
    (request) => updateGateway(request.ctx, request.params.gateway_id, request.body, expectedVersion(request)),
  );

  router.delete(
    '/gateways/:gateway_id',
    {
      config,
      schema: {
        operationId: 'deleteGateway',
        tags,
        summary: 'Delete a gateway that no board uses; its agents are cleaned up later.',
        params,
        response: { 200: OkResponse, ...problems(404, 409) },
      },
    },
    async (request) => {
      await deleteGateway(request.ctx, request.params.gateway_id, expectedVersion(request));
      return OK;
    },
  );
}
