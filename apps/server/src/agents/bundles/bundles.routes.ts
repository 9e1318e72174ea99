import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { GatewayBundle, SignedBundle } from './bundles.schema.ts';
import { getBundle, listGatewayBundles } from './bundles.service.ts';

export function bundlesRoutes(router: Router): void {
  router.get(
    '/agents/:agent_id/bundle',
    {
      config: { access: 'bundles:read' },
      schema: {
        operationId: 'getAgentBundle',
        tags: ['agents'],
        summary: 'What the calling process must know of one of its agents; 304 with a current If-None-Match.',
        params: z.object({ agent_id: z.uuid() }),
        response: { 200: SignedBundle, 304: z.null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      const bundle = await getBundle(request.ctx, request.params.agent_id);
      const etag = `"${bundle.etag}"`;
      reply.header('etag', etag);
      return request.headers['if-none-match'] === etag ? reply.code(304).send(null) : bundle;
    },
  );

  router.get(
    '/gateways/:gateway_id/bundles',
    {
      config: { access: 'agents:enroll' },
      schema: {
        operationId: 'listGatewayBundles',
        tags: ['gateways'],
        summary: 'What the plugin of a gateway must know of its agents.',
        params: z.object({ gateway_id: z.uuid() }),
        response: { 200: z.object({ items: z.array(GatewayBundle) }), ...problems(404) },
      },
    },
    async ({ ctx, params: { gateway_id } }) => ({ items: await listGatewayBundles(ctx, gateway_id) }),
  );
}
