import { z } from 'zod';
import type { Platform } from '#server/platform/context.ts';
import { problems, type Router } from '#server/platform/http/route.ts';
import { createRulesCache } from '../../settings/rules-cache.ts';
import { GatewayVerdicts } from './verdicts.schema.ts';
import { recordVerdicts } from './verdicts.service.ts';

export const verdictsRoutes = (platform: Platform) => (router: Router) => {
  const rulesOf = createRulesCache(platform);
  router.post(
    '/gateways/:gateway_id/verdicts',
    {
      config: { access: 'agents:enroll' },
      schema: {
        operationId: 'recordGatewayVerdicts',
        tags: ['gateways'],
        summary: 'What the plugin of a gateway stopped: recorded as violations.',
        params: z.object({ gateway_id: z.uuid() }),
        body: GatewayVerdicts,
        response: { 200: z.object({ accepted: z.int() }), ...problems(404) },
      },
    },
    async ({ ctx, params: { gateway_id }, body }) => ({
      accepted: await recordVerdicts(ctx, gateway_id, body.items, rulesOf),
    }),
  );
};
