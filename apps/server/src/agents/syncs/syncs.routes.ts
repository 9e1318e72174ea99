import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { GatewayTemplatesSyncResult, TemplatesSyncQuery } from './syncs.schema.ts';
import { syncTemplates } from './syncs.service.ts';

export function syncsRoutes(router: Router): void {
  router.post(
    '/gateways/:gateway_id/templates/sync',
    {
      config: { access: 'organization:manage' },
      schema: {
        operationId: 'syncGatewayTemplates',
        tags: ['gateways'],
        summary: 'Bring the files of a gateway’s agents up to date, by a job.',
        params: z.object({ gateway_id: z.uuid() }),
        querystring: TemplatesSyncQuery,
        response: { 200: GatewayTemplatesSyncResult, ...problems(404, 409) },
      },
    },
    ({ ctx, params: { gateway_id }, query }) => syncTemplates(ctx, gateway_id, query),
  );
}
