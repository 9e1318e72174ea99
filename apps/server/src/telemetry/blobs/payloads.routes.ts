import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { Problem } from '#server/platform/problem.ts';
import { getRunHead } from '../runs/runs.service.ts';
import { findPayload } from './payloads.store.ts';

const CONTENT_TYPES = {
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
  base64: 'application/octet-stream',
};

export function payloadsRoutes(router: Router): void {
  router.get(
    '/runs/:id/payload',
    {
      config: { access: 'payload:read' },
      schema: {
        operationId: 'getRunPayload',
        tags: ['runs'],
        summary: 'The content behind a payload reference of a run: JSON, text, or bytes to download.',
        params: z.object({ id: z.uuid() }),
        querystring: z.object({ ref: z.string().regex(/^[0-9a-f]{64}$/) }),
        response: { 200: z.unknown(), ...problems(404) },
      },
    },
    async ({ ctx, params: { id }, query: { ref } }, reply) => {
      const run = await getRunHead(ctx, id);
      const payload = await findPayload(ctx, run, ref);
      if (!payload) throw new Problem('payload.not_found', 404, `No payload ${ref} is stored for this run.`);
      if (payload.enc === 'base64')
        reply.header('content-disposition', `attachment; filename="${ref.slice(0, 16)}.bin"`);
      return reply
        .header('content-type', CONTENT_TYPES[payload.enc])
        .header('mc-redacted', String(payload.redacted))
        .send(payload.content);
    },
  );
}
