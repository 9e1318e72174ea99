import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { ErasureAnswer } from './erasure.schema.ts';
import { deleteRun, deleteRunsOfUser } from './erasure.service.ts';

const config = { access: 'telemetry:erase' };

export function erasureRoutes(router: Router): void {
  router.delete(
    '/runs/:id',
    {
      config,
      schema: {
        operationId: 'deleteRun',
        tags: ['runs'],
        summary: 'Delete a run: it is hidden at once, its rows and payloads are gone within 60 s. Sums stay.',
        params: z.object({ id: z.uuid() }),
        response: { 204: z.null(), ...problems(404) },
      },
    },
    async ({ ctx, params }, reply) => {
      await deleteRun(ctx, params.id);
      return reply.status(204).send(null);
    },
  );

  router.delete(
    '/telemetry/users/:user_ref',
    {
      config,
      schema: {
        operationId: 'deleteTelemetryOfUser',
        tags: ['telemetry'],
        summary: 'Delete every run of an end user, with the runs that those started.',
        params: z.object({ user_ref: z.string().min(1).max(256) }),
        response: { 200: ErasureAnswer },
      },
    },
    async ({ ctx, params }) => ({ runs: await deleteRunsOfUser(ctx, params.user_ref) }),
  );
}
