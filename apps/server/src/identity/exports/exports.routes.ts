import { z } from 'zod';
import { problems, type Router } from '#server/platform/http/route.ts';
import { ExportAccepted } from './exports.schema.ts';
import { getArchive, startExport } from './exports.service.ts';

const config = { access: 'organization:own' };
const tags = ['organizations'];

export function exportsRoutes(router: Router): void {
  router.get(
    '/organizations/me/export',
    {
      config,
      schema: {
        operationId: 'exportOrganization',
        tags,
        summary: 'Begin a JSON archive of the organization, without secrets; its job tells where it is.',
        response: { 202: ExportAccepted },
      },
    },
    async ({ ctx }, reply) => reply.code(202).send({ job_id: await startExport(ctx) }),
  );

  router.get(
    '/organizations/me/exports/:job_id',
    {
      config,
      schema: {
        operationId: 'downloadExport',
        tags,
        summary: 'The archive that an export wrote; the newest is kept, for a week.',
        params: z.object({ job_id: z.uuid() }),
        response: { 200: z.unknown(), ...problems(404) },
      },
    },
    async ({ ctx, params: { job_id } }, reply) => {
      const { content, size } = await getArchive(ctx, job_id);
      return reply
        .headers({
          'content-type': 'application/json; charset=utf-8',
          'content-length': size,
          'content-disposition': `attachment; filename="organization-${job_id}.json"`,
          'cache-control': 'no-store',
        })
        .send(content);
    },
  );
}
