import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { Bundle } from './bundles.schema.ts';
import { getBundle } from './bundles.service.ts';

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
        response: { 200: Bundle, 304: z.null(), ...problems(404) },
      },
    },
    async (request, reply) => {
      const bundle = await getBundle(request.ctx, request.params.agent_id);
      const etag = `"${bundle.bundle}-${bundle.version_id ?? ''}"`;
      reply.header('etag', etag);
      return request.headers['if-none-match'] === etag ? reply.code(304).send(null) : bundle;
    },
  );
}
