import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { Grant, GrantConsume } from './grants.schema.ts';
import { consumeGrant } from './grants.service.ts';

export function grantsRoutes(router: Router): void {
  router.post(
    '/grants/:grant_id/consume',
    {
      config: { access: 'approvals:ask' },
      schema: {
        operationId: 'consumeGrant',
        tags: ['approvals'],
        summary: 'Use up the leave that people gave, just before the call that they gave it for.',
        params: z.object({ grant_id: z.uuid() }),
        body: GrantConsume,
        response: { 200: Grant, ...problems(404, 409) },
      },
    },
    ({ ctx, params: { grant_id }, body }) => consumeGrant(ctx, grant_id, body),
  );
}
