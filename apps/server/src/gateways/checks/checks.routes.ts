import { problems, type Router } from '#server/platform/http/route.ts';
import { notYetAvailable } from '../connection.ts';
import { parseGatewayUrl } from '../registry/gateway-urls.ts';
import { GatewayCreate, GatewayRead } from '../registry/gateways.schema.ts';
import { GatewayCheckRequest, GatewayCheckResult } from './checks.schema.ts';

const tags = ['gateways'];
const config = { access: 'organization:manage' };

/** What begins with a connection check: nothing is stored unless it went well. */
export function checksRoutes(router: Router): void {
  router.post(
    '/gateways',
    {
      config,
      schema: {
        operationId: 'createGateway',
        tags,
        summary: 'Add a gateway, after a check of the connection.',
        body: GatewayCreate,
        response: { 200: GatewayRead, ...problems(422, 502, 503) },
      },
    },
    async ({ ctx, body }) => {
      parseGatewayUrl(body.url, ctx.config.gateways);
      throw notYetAvailable();
    },
  );

  router.post(
    '/gateways/check',
    {
      config,
      schema: {
        operationId: 'checkGateway',
        tags,
        summary: 'Check the way to a gateway, hop by hop.',
        body: GatewayCheckRequest,
        response: { 200: GatewayCheckResult, ...problems(404, 422, 503) },
      },
    },
    async ({ ctx, body: { url } }) => {
      if (url !== null) parseGatewayUrl(url, ctx.config.gateways);
      throw notYetAvailable();
    },
  );
}
